import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../src/free-port.ts";
import { RespConnection, WAITING_MAX } from "../src/resp/connection.ts";
import { startRedis } from "../src/server/start-redis.ts";

/** A server that answers the way the test says. */
async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    onTestFinished(() => void socket.destroy());
    onConnection(socket);
  });
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return port;
}

async function open(port: number, timeoutMs = 5_000): Promise<RespConnection> {
  const connection = await RespConnection.connect({ port, timeoutMs });
  onTestFinished(() => connection.destroy());
  return connection;
}

describe("RespConnection", () => {
  it("gives each of many commands its own reply", async () => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    const connection = await open(server.port);
    const replies = await Promise.all(
      Array.from({ length: 500 }, (_, index) => connection.command("ECHO", `m${index}`)),
    );
    expect(replies).toEqual(Array.from({ length: 500 }, (_, index) => `m${index}`));
    expect(await connection.command("HELLO", 3)).toBeInstanceOf(Map);
    expect(await connection.command("GET", "nothing")).toBeNull();
    await connection.close();
    expect(connection.open).toBe(false);
    await expect(connection.command("PING")).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("authenticates, and says when the password is refused", async () => {
    const server = await startRedis({ requirepass: "right" });
    onTestFinished(() => server.close());
    const connect = (password: string) => RespConnection.connect({ port: server.port, password });
    const connection = await connect("right");
    expect(await connection.command("PING")).toBe("PONG");
    connection.destroy();
    await expect(connect("wrong")).rejects.toMatchObject({ prefix: "WRONGPASS" });
    await expect((await open(server.port)).command("PING")).rejects.toMatchObject({
      prefix: "NOAUTH",
    });
  });

  it("passes the system's own error on when nobody listens", async () => {
    await expect(open(await freePort())).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("gives up on a reply that does not come, and takes no later one for it", async () => {
    const port = await serve(() => {});
    const connection = await open(port, 30);
    await expect(connection.command("PING")).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(connection.open).toBe(false);
    await expect(connection.command("PING")).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  it("tells an orderly end from a reset, and whether a reply was cut", async () => {
    const endings: readonly [(socket: Socket) => void, object][] = [
      [(socket) => socket.end(), { systemCode: undefined, midReply: false }],
      [(socket) => socket.end("+PO"), { systemCode: undefined, midReply: true }],
      [(socket) => socket.resetAndDestroy(), { systemCode: "ECONNRESET", midReply: false }],
    ];
    for (const [ending, expected] of endings) {
      const port = await serve((socket) => socket.once("data", () => ending(socket)));
      const lost = (await open(port)).command("PING");
      await expect(lost).rejects.toMatchObject({ code: "CONNECTION_LOST", ...expected });
    }
  });

  it("ends when what comes is no RESP, or nobody asked for it", async () => {
    for (const text of ["HTTP/1.1 400 Bad Request\r\n", "+PONG\r\n+PONG\r\n"]) {
      const port = await serve((socket) => socket.once("data", () => socket.write(text)));
      const connection = await open(port);
      await connection.command("PING").catch(() => {});
      await expect.poll(() => connection.open).toBe(false);
      await expect(connection.command("PING")).rejects.toMatchObject({ code: "PROTOCOL" });
    }
  });

  it("does not take a push for a reply", async () => {
    const push = ">2\r\n+invalidate\r\n*1\r\n+key\r\n";
    const port = await serve((socket) =>
      socket.on("data", () => socket.write(`${push}+PONG\r\n${push}`)),
    );
    const connection = await open(port);
    expect(await connection.command("PING")).toBe("PONG");
    expect(await connection.command("PING")).toBe("PONG");
  });

  it("lets no more commands wait than its limit", async () => {
    const connection = await open(await serve(() => {}));
    const waiting = Array.from({ length: WAITING_MAX }, () => connection.command("PING"));
    await expect(connection.command("PING")).rejects.toMatchObject({ code: "LIMIT" });
    connection.destroy();
    const settled = await Promise.allSettled(waiting);
    expect(settled.every(({ status }) => status === "rejected")).toBe(true);
  });

  it.each([{ port: 0 }, { port: 1, timeoutMs: 0 }])("refuses %j", async (options) => {
    await expect(RespConnection.connect(options)).rejects.toMatchObject({ code: "OPTIONS" });
  });
});

describe("freePort", () => {
  it("gives ports that are free, differ, and are never given to outgoing connections", async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, freePort));
    expect(new Set(ports).size).toBe(50);
    expect(Math.max(...ports)).toBeLessThan(32_768);
    for (const port of ports.slice(0, 3)) {
      await expect(open(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    }
  });
});
