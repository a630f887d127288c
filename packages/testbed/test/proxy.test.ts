import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../src/free-port.ts";
import type { FaultProxy } from "../src/proxy/fault-proxy.ts";
import { startProxy } from "../src/proxy/start-proxy.ts";

/** The server's end of each connection, as it comes in. */
let accepted: Socket[] = [];
let server: Server;
let proxy: FaultProxy;
let clients: Socket[] = [];

beforeEach(async () => {
  accepted = [];
  clients = [];
  server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on("error", () => {});
    accepted.push(socket);
    server.emit("accepted");
  });
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  proxy = await startProxy({ upstreamPort: port });
});

afterEach(async () => {
  for (const socket of [...clients, ...accepted]) socket.destroy();
  await proxy.close();
  server.close();
});

/** A client's connection and the server's end of it. */
async function pair(): Promise<{ client: Socket; upstream: Socket }> {
  const arrived = once(server, "accepted");
  const client = dial();
  await arrived;
  const upstream = accepted.at(-1);
  if (upstream === undefined) throw new Error("nothing was accepted");
  return { client, upstream };
}

function dial(): Socket {
  const client = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  client.on("error", () => {});
  clients.push(client);
  return client;
}

async function errorOf(socket: Socket): Promise<string> {
  const [error] = await once(socket, "error");
  return error.code;
}

async function read(socket: Socket, bytes: number): Promise<string> {
  let text = "";
  while (text.length < bytes) {
    const [chunk] = await once(socket, "data");
    text += chunk;
  }
  return text;
}

/** The opposite of `read`: nothing comes for a while. */
async function isSilent(socket: Socket): Promise<boolean> {
  let silent = true;
  const listener = (): void => {
    silent = false;
  };
  socket.on("data", listener);
  await new Promise((resolve) => setTimeout(resolve, 60));
  socket.removeListener("data", listener);
  return silent;
}

describe("a proxy without a fault", () => {
  it("passes bytes on in both directions", async () => {
    const { client, upstream } = await pair();
    client.write("PING\r\n");
    expect(await read(upstream, 6)).toBe("PING\r\n");
    upstream.write("+PONG\r\n");
    expect(await read(client, 7)).toBe("+PONG\r\n");
    expect(proxy.stats()).toMatchObject({
      mode: "transparent",
      connections: 1,
      accepted: 1,
      bytesUp: 6,
      bytesDown: 7,
      replies: 1,
      upstreamFailures: 0,
      resets: 0,
    });
  });

  it("passes on what is no RESP", async () => {
    const { client, upstream } = await pair();
    upstream.write(Buffer.of(22, 3, 1, 255));
    const [chunk] = await once(client, "data");
    expect(chunk).toEqual(Buffer.of(22, 3, 1, 255));
  });

  it("ends each half for itself", async () => {
    const { client, upstream } = await pair();
    const ended = once(upstream, "end");
    upstream.resume();
    client.end("last words");
    await ended;
    upstream.write("+still here\r\n");
    expect(await read(client, 13)).toBe("+still here\r\n");
    const over = once(client, "end");
    client.resume();
    upstream.end();
    await over;
    await expect.poll(() => proxy.connections).toBe(0);
    expect(proxy.stats().resets).toBe(0);
  });

  it("passes a reset by the server on as a reset", async () => {
    const { client, upstream } = await pair();
    upstream.resetAndDestroy();
    expect(await errorOf(client)).toBe("ECONNRESET");
    await expect.poll(() => proxy.connections).toBe(0);
  });

  it("passes a reset by the client on as a reset", async () => {
    const { client, upstream } = await pair();
    upstream.resume();
    const code = errorOf(upstream);
    client.resetAndDestroy();
    expect(await code).toBe("ECONNRESET");
    await expect.poll(() => proxy.connections).toBe(0);
  });

  it("resets the client when the server refuses", async () => {
    server.close();
    expect(await errorOf(dial())).toBe("ECONNRESET");
    expect(proxy.stats()).toMatchObject({ upstreamFailures: 1, connections: 0 });
  });

  it("holds back a server whose client does not read, and loses nothing", async () => {
    const { client, upstream } = await pair();
    client.pause();
    const size = 64 * 1_048_576;
    upstream.write(Buffer.alloc(size, "x"));
    await expect.poll(() => stable(() => proxy.stats().bytesDown)).toBe(true);
    // What the kernel's buffers and one high-water mark hold, and not all of it.
    expect(proxy.stats().bytesDown).toBeLessThan(size / 2);
    let received = 0;
    client.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
    client.resume();
    await expect.poll(() => received, { timeout: 20_000 }).toBe(size);
  });

  it("holds back a client whose server does not read, and loses nothing", async () => {
    const { client, upstream } = await pair();
    upstream.pause();
    const size = 64 * 1_048_576;
    client.write(Buffer.alloc(size, "x"));
    await expect.poll(() => stable(() => proxy.stats().bytesUp)).toBe(true);
    expect(proxy.stats().bytesUp).toBeLessThan(size / 2);
    let received = 0;
    upstream.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
    upstream.resume();
    await expect.poll(() => received, { timeout: 20_000 }).toBe(size);
  });
});

/** Whether a number stops to grow. */
async function stable(value: () => number): Promise<boolean> {
  const before = value();
  await new Promise((resolve) => setTimeout(resolve, 100));
  return before > 0 && value() === before;
}

describe("down", () => {
  it("refuses new connections and resets those that stand", async () => {
    const { client } = await pair();
    const code = errorOf(client);
    await proxy.down();
    expect(await code).toBe("ECONNRESET");
    expect(await errorOf(dial())).toBe("ECONNREFUSED");
    expect(proxy.stats()).toMatchObject({ mode: "down", connections: 0 });
  });

  it("can leave connections alone that stand", async () => {
    const { client, upstream } = await pair();
    await proxy.down({ existing: "keep" });
    expect(await errorOf(dial())).toBe("ECONNREFUSED");
    upstream.write("+OK\r\n");
    expect(await read(client, 5)).toBe("+OK\r\n");
  });

  it("ends with up, on the same port", async () => {
    await proxy.down();
    await proxy.up();
    const { client, upstream } = await pair();
    upstream.write("+OK\r\n");
    expect(await read(client, 5)).toBe("+OK\r\n");
  });

  it("is what the last call says, however fast the calls come", async () => {
    const calls = [];
    for (let turn = 0; turn < 20; turn++) calls.push(proxy.up(), proxy.down());
    await Promise.all(calls);
    expect(await errorOf(dial())).toBe("ECONNREFUSED");
    await Promise.all([proxy.down(), proxy.up()]);
    await once(dial(), "connect");
  });
});

describe("blackhole", () => {
  it("passes nothing in either direction, and later all of it", async () => {
    const { client, upstream } = await pair();
    await proxy.blackhole();
    client.write("PING\r\n");
    upstream.write("+PONG\r\n");
    expect(await isSilent(upstream)).toBe(true);
    expect(await isSilent(client)).toBe(true);
    const both = Promise.all([read(upstream, 6), read(client, 7)]);
    await proxy.clear();
    expect(await both).toEqual(["PING\r\n", "+PONG\r\n"]);
  });

  it("accepts new connections that then hear nothing until it is over", async () => {
    await proxy.blackhole();
    const client = dial();
    await once(client, "connect");
    client.write("PING\r\n");
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(accepted).toHaveLength(0);
    const arrived = once(server, "accepted");
    await proxy.clear();
    await arrived;
    expect(await read(accepted[0] ?? client, 6)).toBe("PING\r\n");
  });

  it("does not pass on an end either, until it is over", async () => {
    const { client, upstream } = await pair();
    await proxy.blackhole();
    let ended = false;
    client.once("end", () => {
      ended = true;
    });
    client.resume();
    upstream.end();
    expect(await isSilent(client)).toBe(true);
    expect(ended).toBe(false);
    await proxy.clear();
    await expect.poll(() => ended).toBe(true);
  });

  it("does not pass on a reset either, until it is over", async () => {
    const { client, upstream } = await pair();
    await proxy.blackhole();
    upstream.resetAndDestroy();
    expect(await isSilent(client)).toBe(true);
    expect(client.destroyed).toBe(false);
    const code = errorOf(client);
    await proxy.clear();
    expect(await code).toBe("ECONNRESET");
  });
});

describe("flap", () => {
  it("is down and up by turns, until it is cleared", async () => {
    await proxy.flap({ upMs: 40, downMs: 40 });
    const seen = new Set<string>();
    await expect
      .poll(async () => {
        const client = dial();
        seen.add(await Promise.race([errorOf(client), once(client, "connect").then(() => "up")]));
        client.destroy();
        return seen.has("up") && seen.has("ECONNREFUSED");
      })
      .toBe(true);
    await proxy.clear();
    for (let turn = 0; turn < 10; turn++) {
      await once(dial(), "connect");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });

  it("resets connections that stand", async () => {
    const { client } = await pair();
    const code = errorOf(client);
    await proxy.flap({ upMs: 1_000, downMs: 1_000 });
    expect(await code).toBe("ECONNRESET");
  });
});

describe("faults in replies", () => {
  it("delays replies and lets those that are held go when it is cleared", async () => {
    const { client, upstream } = await pair();
    await proxy.latency({ ms: 60_000 });
    client.write("GET a\r\n");
    expect(await read(upstream, 7)).toBe("GET a\r\n");
    upstream.write("$1\r\na\r\n");
    expect(await isSilent(client)).toBe(true);
    const reply = read(client, 7);
    await proxy.clear();
    expect(await reply).toBe("$1\r\na\r\n");
  });

  it("stops reading from the server while it holds much", async () => {
    const { upstream } = await pair();
    await proxy.latency({ ms: 60_000 });
    upstream.write(Buffer.alloc(64 * 1_048_576, "x"));
    const left = (): number => upstream.writableLength;
    await expect.poll(() => stable(left), { timeout: 5_000 }).toBe(true);
    expect(left()).toBeGreaterThan(32 * 1_048_576);
  });

  it("resets in the middle of a reply, after a part of it", async () => {
    const { client, upstream } = await pair();
    await proxy.resetMidReply({ every: 2, afterBytes: 3 });
    let received = "";
    client.on("data", (chunk) => {
      received += chunk;
    });
    const code = errorOf(client);
    upstream.write("+PONG\r\n+PONG\r\n+PONG\r\n");
    expect(await code).toBe("ECONNRESET");
    expect(received).toBe("+PONG\r\n+PO");
  });

  it("begins a reply's fault at the next reply of a connection that stands", async () => {
    const { client, upstream } = await pair();
    upstream.write("$10\r\n01234");
    await read(client, 10);
    await proxy.resetMidReply({ every: 1 });
    const rest = read(client, 7);
    upstream.write("56789\r\n");
    expect(await rest).toBe("56789\r\n");
    const code = errorOf(client);
    upstream.write("+PONG\r\n");
    expect(await code).toBe("ECONNRESET");
  });

  it("cuts off in order", async () => {
    const { client, upstream } = await pair();
    await proxy.truncate({ afterBytes: 4 });
    const ended = once(client, "end");
    const text = read(client, 4);
    upstream.write("$5\r\nhello\r\n");
    expect(await text).toBe("$5\r\n");
    await ended;
  });

  it("slices and narrows without losing anything", async () => {
    const { client, upstream } = await pair();
    await proxy.slice({ bytes: 3 });
    upstream.write("$10\r\n0123456789\r\n");
    expect(await read(client, 17)).toBe("$10\r\n0123456789\r\n");
    await proxy.bandwidth({ bytesPerSecond: 1_000 });
    upstream.write("$10\r\n0123456789\r\n");
    expect(await read(client, 17)).toBe("$10\r\n0123456789\r\n");
  });

  it("drops a reply and resets in its place", async () => {
    const { client, upstream } = await pair();
    await proxy.dropReplies({ every: 1 });
    const code = errorOf(client);
    upstream.write("+OK\r\n");
    expect(await code).toBe("ECONNRESET");
    expect(client.bytesRead).toBe(0);
  });

  it("drops a reply in silence, and resets that connection when it is cleared", async () => {
    const { client, upstream } = await pair();
    await proxy.dropReplies({ every: 1, instead: "silence" });
    upstream.write("+OK\r\n");
    expect(await isSilent(client)).toBe(true);
    const code = errorOf(client);
    await proxy.clear();
    expect(await code).toBe("ECONNRESET");
  });

  it("shifts values by one and is in step again afterwards", async () => {
    const { client, upstream } = await pair();
    await proxy.swapReplies();
    upstream.write("$1\r\na\r\n$1\r\nb\r\n");
    expect(await read(client, 14)).toBe("$1\r\na\r\n$1\r\na\r\n");
    await proxy.clear();
    upstream.write("$1\r\nc\r\n");
    expect(await read(client, 7)).toBe("$1\r\nc\r\n");
  });

  it("reaches connections that come later", async () => {
    await proxy.truncate({ afterBytes: 0 });
    const { client, upstream } = await pair();
    client.resume();
    upstream.write("+OK\r\n");
    await once(client, "end");
    expect(client.bytesRead).toBe(0);
  });

  it("gives way to the next fault", async () => {
    const { client, upstream } = await pair();
    await proxy.latency({ ms: 60_000 });
    upstream.write("+OK\r\n");
    expect(await isSilent(client)).toBe(true);
    const reply = read(client, 5);
    await proxy.truncate({ afterBytes: 1 });
    expect(await reply).toBe("+OK\r\n");
    expect(proxy.stats().mode).toBe("truncate");
  });
});

describe("startProxy", () => {
  it("refuses a port that is in use", async () => {
    await expect(startProxy({ upstreamPort: 1, port: proxy.port })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });

  it.each([0, 65_536, 1.5])("refuses the upstream port %s", async (upstreamPort) => {
    await expect(startProxy({ upstreamPort })).rejects.toMatchObject({ code: "OPTIONS" });
  });

  it("refuses a fault with wrong options and keeps the one that it has", async () => {
    await proxy.blackhole();
    expect(() => proxy.latency({ ms: -1 })).toThrow(/ms is -1/);
    expect(proxy.stats().mode).toBe("blackhole");
  });
});

describe("close", () => {
  it("resets everything, frees the port and can be repeated", async () => {
    const { client } = await pair();
    const code = errorOf(client);
    await proxy.close();
    await proxy.close();
    expect(await code).toBe("ECONNRESET");
    const next = await startProxy({ upstreamPort: 1, port: proxy.port });
    await next.close();
    await expect(proxy.up()).rejects.toMatchObject({ code: "CLOSED" });
  });
});
