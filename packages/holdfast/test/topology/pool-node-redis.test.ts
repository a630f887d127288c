import { startRedis } from "@holdfast/testbed";
import { createClientPool } from "redis";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { ProtectOptions } from "../../src/index.ts";
import { guardOf, protect } from "../../src/index.ts";
import { eventually, settled, steadily } from "../guard/support.ts";

type Server = Awaited<ReturnType<typeof startRedis>>;

function barePool(port: number, sizes = { minimum: 2, maximum: 4 }) {
  const pool = createClientPool({ url: `redis://127.0.0.1:${port}` }, sizes);
  onTestFinished(() => pool.destroy());
  return pool;
}

/** A guarded pool that does not connect yet, and has no 'error' listener. */
function guardedPool(
  port: number,
  options?: ProtectOptions,
  sizes?: { minimum: number; maximum: number },
) {
  const pool = protect(barePool(port, sizes), options);
  return { pool, guard: guardOf(pool) };
}

async function connectedPool(...values: Parameters<typeof guardedPool>) {
  const guarded = guardedPool(...values);
  await guarded.pool.connect();
  expect(await guarded.guard.ready({ timeoutMs: 10_000 })).toBe(true);
  return guarded;
}

describe("a guarded pool of node-redis", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.close());

  it("gives the replies and errors of the bare pool", async () => {
    const { pool, guard } = await connectedPool(server.port);
    const bare = barePool(server.port);
    bare.on("error", () => {});
    await bare.connect();
    const asks: ((one: typeof bare) => Promise<unknown>)[] = [
      (one) => one.set("some", "1"),
      (one) => one.get("some"),
      (one) => one.lPush("some", "x"),
      (one) => one.multi().incr("other").del("other").exec(),
      (one) => one.multi().incr("other").del("other").execAsPipeline(),
      (one) => one.eval("return redis.error_reply('MINE own error')"),
      (one) => one.sendCommand(["ECHO", "x"]),
      (one) => one.execute(async (client) => [await client.ping(), await client.get("some")]),
      (one) => one.execute(() => Promise.reject(new TypeError("of the task"))),
    ];
    for (const ask of asks) {
      const [guarded, raw] = [await settled(ask(pool)), await settled(ask(bare))];
      expect(guarded.value).toEqual(raw.value);
      expect(guarded.error?.message).toBe(raw.error?.message);
      expect(guarded.error?.constructor).toBe(raw.error?.constructor);
    }
    expect(guard.health().connections).toEqual({ up: 2, total: 2 });
  });

  it("settles connect() with Redis absent, refuses at once, and heals by itself", async () => {
    const absent = await startRedis();
    onTestFinished(() => absent.close());
    await absent.kill();
    const { pool, guard } = guardedPool(absent.port);
    expect((await settled(pool.connect())).error).toBeUndefined();
    await eventually(() => guard.state === "open");
    const refused = await settled(pool.set("refused", "1"));
    expect(refused.error).toMatchObject({ code: "HOLDFAST_OPEN", outcome: "not-sent" });
    await absent.restart();
    expect(await guard.ready({ timeoutMs: 10_000 })).toBe(true);
    expect(await pool.get("refused")).toBeNull();
  });

  it("is refused at once while the server is silent, counts once, and comes back", async () => {
    const frozen = await startRedis();
    onTestFinished(() => frozen.close());
    const { pool, guard } = await connectedPool(frozen.port);
    await pool.set("n", "0");
    await frozen.freeze();
    const load = steadily(5, () => pool.incr("n"));
    await eventually(() => guard.health().nodes.every(({ state }) => state === "open"));
    const refused = await settled(pool.set("refused", "1"));
    expect(refused.error).toMatchObject({ code: "HOLDFAST_OPEN", outcome: "not-sent" });
    await frozen.thaw();
    await eventually(() => guard.state === "closed");
    await eventually(async () => (await settled(pool.ping())).error === undefined);
    const results = await load.stop();
    const acknowledged = results.filter(({ error }) => error === undefined).length;
    const unknown = results.filter(({ error }) => error?.outcome === "unknown").length;
    const value = Number(await pool.get("n"));
    expect(value).toBeGreaterThanOrEqual(acknowledged);
    expect(value).toBeLessThanOrEqual(acknowledged + unknown);
    expect(Math.max(...results.map(({ ms }) => ms))).toBeLessThan(3_000);
    expect(await pool.get("refused")).toBeNull();
  });

  it("never runs what waited for a client until its deadline", async () => {
    const { pool } = await connectedPool(
      server.port,
      { deadlineMs: 500 },
      { minimum: 1, maximum: 1 },
    );
    const done: string[] = [];
    let finish = () => {};
    let began = false;
    const busy = pool.execute(async () => {
      began = true;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      done.push("task");
    });
    await eventually(() => began);
    const lateTask = settled(pool.execute(async () => done.push("late task")));
    const late = await settled(pool.set("late", "1"));
    expect((await lateTask).error).toMatchObject({ outcome: "not-sent" });
    expect(late.error).toMatchObject({ code: "HOLDFAST_DEADLINE", outcome: "not-sent" });
    // A task of the application's own is not cut short: its commands have their deadlines.
    finish();
    await busy;
    expect(await pool.get("late")).toBeNull();
    expect(done).toEqual(["task"]);
  });

  it("watches, is switched off, and ends as the bare pool does", async () => {
    const watched = guardedPool(server.port, { mode: "observe" });
    watched.pool.on("error", () => {});
    await watched.pool.connect();
    await watched.pool.set("watched", "1");
    expect(watched.guard.health()).toMatchObject({ wouldHave: { refused: 0 } });
    const off = guardedPool(server.port, { mode: "off" });
    off.pool.on("error", () => {});
    await off.pool.connect();
    expect(await off.pool.get("watched")).toBe("1");
    const { pool } = await connectedPool(server.port);
    await pool.close();
    const bare = barePool(server.port);
    const [guarded, raw] = [await settled(pool.get("watched")), await settled(bare.get("watched"))];
    expect(guarded.error?.message).toBe(raw.error?.message);
    expect(guarded.error?.constructor).toBe(raw.error?.constructor);
    await pool.connect();
    expect(await pool.get("watched")).toBe("1");
    // Without its guard the pool goes on by itself.
    guardOf(pool).close();
    expect(await pool.get("watched")).toBe("1");
  });
});
