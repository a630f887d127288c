import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { startProxy, startRedis } from "@holdfast/testbed";
import { describe, expect, it, onTestFinished } from "vitest";
import { leastReplylessMs } from "../../src/guard/defaults.ts";
import type { CommonClient } from "./support.ts";
import {
  clientKinds,
  connectedClient,
  eventually,
  isNodeRedis,
  newestKinds,
  settled,
} from "./support.ts";

async function redis() {
  const server = await startRedis();
  onTestFinished(async () => {
    await server.thaw();
    await server.close();
  });
  return server;
}

/** A command may wait attempt by attempt, each with a doubt, for longer than bytes alone count. */
const patient = {
  deadlineMs: 25_000,
  attemptTimeoutMs: 1_000,
  retry: { attempts: 25 },
  breaker: false,
} as const;

/** A path to Redis on which one reply, when the test says so, gets a length that never comes. */
async function startGarbler(upstreamPort: number) {
  let garbles = false;
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const upstream = connect(upstreamPort, "127.0.0.1");
    const ends = [client, upstream];
    for (const socket of ends) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        for (const end of ends) end.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on("data", (bytes) => {
      if (garbles) client.write("$1000000000\r\n");
      garbles = false;
      client.write(bytes);
    });
  });
  await once(listener.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  });
  const garble = () => {
    garbles = true;
  };
  return { port: (listener.address() as AddressInfo).port, garble };
}

/** Half a second between two looks, the least that there is. */
const quick = { deadlineMs: 500 };

interface Subscriber {
  subscribe(channel: string, listener?: unknown): Promise<unknown>;
  on(event: string, listener: (...values: string[]) => void): unknown;
}

async function subscribe(kind: string, client: object, heard: string[]): Promise<void> {
  const subscriber = client as Subscriber;
  if (kind.startsWith("node-redis")) {
    await subscriber.subscribe("news", (message: string) => heard.push(message));
  } else {
    subscriber.on("message", (_channel, message) => heard.push(message));
    await subscriber.subscribe("news");
  }
}

function block(kind: string, client: CommonClient): Promise<unknown> {
  const commands = client as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>;
  return kind.startsWith("node-redis")
    ? (commands.blPop?.("queue", 0) as Promise<unknown>)
    : (commands.blpop?.("queue", 0) as Promise<unknown>);
}

describe.each(newestKinds)("%s on a server that falls silent", (kind) => {
  it("is replaced though it only listens, and hears again what is published", async () => {
    const server = await redis();
    const { client, guard } = await connectedClient(kind, server.port, quick);
    const heard: string[] = [];
    await subscribe(kind, client, heard);
    const gap = new Promise((resolve) => guard.on("gap", resolve));
    const recycled = new Promise((resolve) => guard.on("recycle", resolve));
    await server.freeze();
    await recycled;
    await server.thaw();
    expect(await gap).toMatchObject({ node: `127.0.0.1:${server.port}` });
    await eventually(async () => {
      await server.command("PUBLISH", "news", "again");
      await delay(20);
      return heard.includes("again");
    });
  });

  it("rejects a command that blocks for ever, but only when the server is gone", async () => {
    const server = await redis();
    const { client, guard } = await connectedClient(kind, server.port, quick);
    let ended = false;
    const blocked = settled(block(kind, client)).finally(() => {
      ended = true;
    });
    await delay(1_200);
    expect(ended).toBe(false);
    expect(guard.health()).toMatchObject({ recycled: 0, state: "closed" });
    await server.freeze();
    expect((await blocked).error).toMatchObject({ outcome: "unknown" });
  });

  it("is found out by an ordinary command beside a blocking one", async () => {
    const server = await redis();
    // So long a deadline that no heartbeat falls into this test's time.
    const { client, guard } = await connectedClient(kind, server.port, { deadlineMs: 60_000 });
    const recycled = new Promise((resolve) => guard.on("recycle", resolve));
    const blocked = settled(block(kind, client));
    await delay(50);
    await server.freeze();
    const beside = settled(client.get("k"));
    await recycled;
    expect((await blocked).error).toMatchObject({ outcome: "unknown" });
    await server.thaw();
    // A read that the loss of the connection cost is repeated, or refused by the open breaker.
    expect((await beside).error?.code ?? "HOLDFAST_OPEN").toBe("HOLDFAST_OPEN");
  });
});

describe("a server that is merely quiet", () => {
  it("keeps its subscribers, whose PINGs are all answered", async () => {
    const server = await redis();
    const losses: unknown[] = [];
    const guards = newestKinds.map(async (kind) => {
      const { client, guard } = await connectedClient(kind, server.port, quick);
      await subscribe(kind, client, []);
      guard.on("disconnect", (loss) => losses.push(loss));
      return guard;
    });
    const subscribed = await Promise.all(guards);
    await delay(leastReplylessMs + 3 * quick.deadlineMs);
    expect(losses).toEqual([]);
    for (const guard of subscribed) {
      expect(guard.health()).toMatchObject({ recycled: 0, state: "closed" });
    }
  });
});

describe("bytes that make no reply", () => {
  it("are no service: the connection is replaced, and commands work again", async () => {
    const server = await redis();
    await server.command("SET", "k", "v");
    const recoveries = newestKinds.map(async (kind) => {
      const path = await startGarbler(server.port);
      const { client, guard } = await connectedClient(kind, path.port, quick);
      path.garble();
      expect((await settled(client.get("k"))).error).toMatchObject({ outcome: "unknown" });
      await eventually(async () => (await settled(client.get("k"))).value === "v", 20_000);
      expect(guard.health().recycled).toBeGreaterThan(0);
    });
    await Promise.all(recoveries);
  });

  it("may be a large reply on a slow line, which is not cut", async () => {
    const server = await redis();
    await server.command("SET", "large", "x".repeat(300_000));
    const replies = newestKinds.map(async (kind) => {
      const proxy = await startProxy({ upstreamPort: server.port });
      onTestFinished(() => proxy.close());
      const { client, guard } = await connectedClient(kind, proxy.port, patient);
      await proxy.bandwidth({ bytesPerSecond: 50_000 });
      const startedAt = performance.now();
      const reply = await client.get("large");
      expect(performance.now() - startedAt).toBeGreaterThan(leastReplylessMs);
      expect(reply).toHaveLength(300_000);
      expect(guard.health().recycled).toBe(0);
    });
    await Promise.all(replies);
  });
});

describe.each(newestKinds)("%s on a path that falls silent", (kind) => {
  it("is replaced though it only listens", async () => {
    const server = await redis();
    const proxy = await startProxy({ upstreamPort: server.port });
    onTestFinished(() => proxy.close());
    const { client, guard } = await connectedClient(kind, proxy.port, quick);
    const heard: string[] = [];
    await subscribe(kind, client, heard);
    const recycled = new Promise((resolve) => guard.on("recycle", resolve));
    await proxy.blackhole();
    await recycled;
    await proxy.clear();
    await eventually(async () => {
      await server.command("PUBLISH", "news", "again");
      await delay(20);
      return heard.includes("again");
    });
  });
});

describe.each(newestKinds)("%s in a process that is held up", (kind) => {
  it("blames no healthy server for 10,000 reads in one turn", async () => {
    const server = await redis();
    // Time enough for a slow machine: it is the attempts of 100 ms that must not be judged.
    const { client, guard } = await connectedClient(kind, server.port, { deadlineMs: 20_000 });
    const states: string[] = [];
    guard.on("state", ({ to }) => states.push(to));
    const results = Array.from({ length: 10_000 }, () => settled(client.get("k")));
    // The turn itself lasts longer than an attempt may, before anything is written.
    const until = performance.now() + 150;
    while (performance.now() < until);
    const codes = new Set((await Promise.all(results)).map(({ error }) => error?.code ?? "ok"));
    expect([...codes].sort()).toEqual(["HOLDFAST_OVERLOADED", "ok"]);
    expect(states).toEqual([]);
    expect(guard.health().recycled).toBe(0);
  });
});

describe.each(clientKinds)("%s is ended", (kind) => {
  const ways = isNodeRedis(kind) ? ["quit", "close"] : ["quit"];
  const end = (client: object, way: string) =>
    (Reflect.get(client, way) as () => Promise<unknown>).call(client);
  const isEnded = (client: object) =>
    isNodeRedis(kind)
      ? Reflect.get(client, "isOpen") === false
      : Reflect.get(client, "status") === "end";

  it.each(ways)("by %s() on a healthy server, after the replies that it waits for", async (way) => {
    const server = await redis();
    const { client } = await connectedClient(kind, server.port);
    const last = client.incr("n");
    const ended = settled(end(client, way));
    expect(await last).toBe(1);
    expect((await ended).value).toBe(way === "quit" ? "OK" : undefined);
    await eventually(() => isEnded(client));
  });

  it.each(ways)("by %s() although the server is frozen", async (way) => {
    const server = await redis();
    const { client } = await connectedClient(kind, server.port, {
      deadlineMs: 300,
      breaker: false,
    });
    await server.freeze();
    const waiting = settled(client.incr("n"));
    const ended = await settled(end(client, way));
    expect(ended.error).toBeUndefined();
    expect((await waiting).error).toBeDefined();
    await eventually(() => isEnded(client));
    expect((await settled(client.get("k"))).error).toBeDefined();
  });

  it.each(ways)(
    "by %s() on a frozen server at the deadline, before silence is noticed",
    async (way) => {
      const server = await redis();
      const { client, guard } = await connectedClient(kind, server.port, { deadlineMs: 100 });
      let isNoticed = false;
      guard.on("recycle", () => {
        isNoticed = true;
      });
      await server.freeze();
      expect((await settled(end(client, way))).error).toBeUndefined();
      expect(isNoticed).toBe(false);
      await eventually(() => isEnded(client));
    },
  );

  it.each(ways)("by %s() in an outage, and never connects again", async (way) => {
    const server = await redis();
    const { client, guard } = await connectedClient(kind, server.port);
    await server.kill();
    await eventually(() => guard.state === "open");
    expect((await settled(end(client, way))).error).toBeUndefined();
    await eventually(() => isEnded(client));
    await server.restart({ empty: true });
    await delay(700);
    expect(guard.health().connections.up).toBe(0);
  });
});

describe.each(newestKinds)("%s on a server that turns read-only", (kind) => {
  it("connects anew once a second at most, and does not open for that", async () => {
    const server = await redis();
    const proxy = await startProxy({ upstreamPort: server.port });
    onTestFinished(() => proxy.close());
    const breaker = { minCalls: 1_000 };
    const { client, guard } = await connectedClient(kind, proxy.port, { breaker, retry: false });
    const { accepted } = proxy.stats();
    const states: string[] = [];
    guard.on("state", ({ to }) => states.push(to));
    await server.command("REPLICAOF", "127.0.0.1", "1");
    await settled(client.incr("n"));
    await eventually(() => proxy.stats().accepted === accepted + 1);
    expect(await guard.ready({ timeoutMs: 10_000 })).toBe(true);
    for (let count = 0; count < 20; count++) await settled(client.incr("n"));
    expect(proxy.stats().accepted - accepted).toBeLessThanOrEqual(2);
    expect(states).toEqual([]);
    expect(guard.health().symptoms).toMatchObject({ readonly: expect.any(Number) });
  });
});
