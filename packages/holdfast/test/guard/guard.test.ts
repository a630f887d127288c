import { startRedis } from "@holdfast/testbed";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { guardOf, protect } from "../../src/index.ts";
import {
  clientKinds,
  connectedClient,
  endClient,
  eventually,
  guardedClient,
  isNodeRedis,
  rawClient,
  settled,
} from "./support.ts";

describe.each(clientKinds)("the guard of a client of %s", (kind) => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());

  it("is the same for the same client, and refuses other options", () => {
    const client = rawClient(kind, server.port);
    expect(protect(client, { deadlineMs: 500 })).toBe(client);
    const guard = guardOf(client);
    expect(protect(client, { deadlineMs: 500 })).toBe(client);
    expect(guardOf(client)).toBe(guard);
    expect(() => protect(client, { deadlineMs: 600 })).toThrow(/guarded already/);
  });

  it("isolates by hand, for as long as anyone holds it", async () => {
    const { client, guard } = await connectedClient(kind, server.port);
    const [first, second] = [guard.isolate(), guard.isolate()];
    expect(guard.state).toBe("isolated");
    expect((await settled(client.get("k"))).error).toMatchObject({ code: "HOLDFAST_OPEN" });
    first.release();
    first.release();
    expect(guard.state).toBe("isolated");
    second.release();
    expect(await guard.ready()).toBe(true);
    expect(await client.get("k")).toBeNull();
  });

  it("leaves a client alone when the mode is off", async () => {
    const client = rawClient(kind, server.port);
    const before = Object.getOwnPropertyNames(client);
    expect(protect(client, { mode: "off" })).toBe(client);
    expect(Object.getOwnPropertyNames(client)).toEqual(before);
    expect(guardOf(client).mode).toBe("off");
    await client.connect();
    expect(await client.get("k")).toBeNull();
  });

  it("is switched off by the environment", () => {
    process.env.HOLDFAST_MODE = "off";
    try {
      expect(guardOf(protect(rawClient(kind, server.port))).mode).toBe("off");
      process.env.HOLDFAST_MODE = "of";
      expect(() => protect(rawClient(kind, server.port))).toThrow(/HOLDFAST_MODE is "of"/);
    } finally {
      delete process.env.HOLDFAST_MODE;
    }
  });

  it("gives the client back when it is closed", async () => {
    const { client, guard } = await connectedClient(kind, server.port);
    guard.close();
    expect(await client.incr(`after-close:${kind}`)).toBe(1);
    expect(Object.hasOwn(client, "sendCommand")).toBe(false);
    await expect(guard.ready()).rejects.toMatchObject({ code: "HOLDFAST_CLOSED" });
    expect(guardOf(protect(client, { name: "again" }))).not.toBe(guard);
    expect(await client.incr(`after-close:${kind}`)).toBe(2);
  });

  it("says in health() what an operator asks, as plain JSON", async () => {
    const { client, guard } = await connectedClient(kind, server.port, { name: "main" });
    await client.set("secret-key", "secret-value");
    for (let count = 0; count < 40; count++) await client.get("secret-key");
    const health = guard.health();
    expect(JSON.parse(JSON.stringify(health))).toEqual(health);
    expect(health).toMatchObject({
      name: "main",
      mode: "protect",
      state: "closed",
      connections: { up: 1, total: 1 },
      inFlight: 0,
      waiting: 0,
      attempts: 41,
      retries: 0,
      nodes: [{ node: `127.0.0.1:${server.port}`, state: "closed", connected: true }],
    });
    expect(health.latency.p50Ms).toBeGreaterThan(0);
    expect(JSON.stringify(health)).not.toContain("secret");
  });

  it("only counts in observe mode what it would have done", async () => {
    const frozen = await startRedis();
    try {
      const { client, guard } = await connectedClient(kind, frozen.port, { mode: "observe" });
      expect(await client.incr("n")).toBe(1);
      await frozen.freeze();
      const waiting = Array.from({ length: 5 }, () => settled(client.incr("n")));
      await eventually(() => guard.state === "open");
      waiting.push(settled(client.incr("n")));
      await eventually(() => (guard.health().wouldHave?.timedOut ?? 0) >= 5);
      expect(guard.health()).toMatchObject({ mode: "observe", wouldHave: { refused: 1 } });
      await frozen.thaw();
      // Nothing was taken from the application: every command got its reply, late as it was.
      expect((await Promise.all(waiting)).map(({ value }) => value)).toEqual([2, 3, 4, 5, 6, 7]);
      await eventually(
        async () =>
          (await settled(client.get("n"))).error === undefined && guard.state === "closed",
      );
      // It has no 'error' listener, and observing does not become one.
      endClient(client);
    } finally {
      await frozen.close();
    }
  });

  it("guards duplicates with the same options", async () => {
    const { client } = await connectedClient(kind, server.port, { deadlineMs: 400 });
    const copy = (client as unknown as { duplicate(): typeof client }).duplicate();
    expect(guardOf(copy)).not.toBe(guardOf(client));
    await copy.connect();
    expect(await guardOf(copy).ready({ timeoutMs: 5_000 })).toBe(true);
    expect(await copy.get("k")).toBeNull();
    (copy as unknown as { disconnect(): unknown }).disconnect();
  });

  it("answers as the client always has before it is opened and after it is closed", async () => {
    const { client } = guardedClient(kind, server.port);
    const bare = rawClient(kind, server.port);
    const end = (one: typeof client) => (one as unknown as { disconnect(): unknown }).disconnect();
    for (const one of [client, bare]) {
      await one.connect();
      await end(one);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    const [guarded, raw] = [await settled(client.get("k")), await settled(bare.get("k"))];
    expect(guarded.error?.message).toBe(raw.error?.message);
    expect(guarded.error?.constructor).toBe(raw.error?.constructor);
  });
});

describe.each(clientKinds.filter((kind) => !isNodeRedis(kind)))("options of %s", (kind) => {
  it("may reconnect on an error, but have no command sent again behind the guard's back", async () => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    const asked: string[] = [];
    const reconnectOnError = (error: Error) => {
      asked.push(error.message);
      return 2;
    };
    const client = rawClient(kind, server.port, { reconnectOnError });
    const guard = guardOf(protect(client, { retry: false }));
    await client.connect();
    await server.command("SET", "k", "word");
    const wrong = await settled(client.incr("k"));
    expect(wrong.error?.message).toBe("ERR value is not an integer or out of range");
    expect(asked).toHaveLength(1);
    expect(await guard.ready({ timeoutMs: 10_000 })).toBe(true);
    expect(await client.get("k")).toBe("word");
  });

  it("leave a client that ends between two attempts no attempt to make", async () => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    const { client, guard } = await connectedClient(kind, server.port);
    await server.kill();
    const status = () => Reflect.get(client, "status");
    await eventually(() => guard.state === "open" && status() === "reconnecting");
    endClient(client);
    await eventually(() => status() === "end");
    // As of any client that was closed: its own error, at once.
    expect((await settled(client.get("k"))).error?.message).toBe("Connection is closed.");
  });
});

it("guards an instance of a class that extends the client's", async () => {
  class Own extends Redis {
    async twice(key: string): Promise<readonly number[]> {
      return [await this.incr(key), await this.incr(key)];
    }
  }
  const server = await startRedis();
  onTestFinished(() => server.close());
  const client = protect(new Own({ port: server.port, host: "127.0.0.1" }));
  onTestFinished(() => client.disconnect());
  expect(await client.twice("n")).toEqual([1, 2]);
  expect(client).toBeInstanceOf(Own);
  expect(guardOf(client).health().attempts).toBe(2);
});

describe("protect", () => {
  it("refuses what is no client, and changes nothing", () => {
    expect(() => protect({})).toThrow(/not a known Redis client/);
    expect(() => protect(null as never)).toThrow(/expected a Redis client/);
    const client = rawClient("ioredis 6", 1);
    expect(() => protect(client, { deadlineMs: -1 })).toThrow(/deadlineMs is -1/);
    expect(() => protect(client, { deadlineMS: 1 } as never)).toThrow(/did you mean deadlineMs/);
    expect(() => guardOf(client)).toThrow(/not guarded/);
  });

  it("passes an unsupported client through when that is asked for", () => {
    const client = { not: "a client" };
    expect(protect(client, { onUnsupported: "pass-through" })).toBe(client);
  });
});
