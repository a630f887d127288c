import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { libraries } from "./support/clients.ts";
import { applied, Scene, timed, until } from "./support/scene.ts";

/** What no call may take, on the busiest machine: at their defaults other caches wait for longer. */
const hangMs = 4_000;

describe.each(libraries)("while Redis is of no use, with %s", (_, connect) => {
  let scene: Scene;
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): number => unhandled.push(reason);
  beforeAll(async () => {
    process.on("unhandledRejection", onUnhandled);
    scene = await Scene.start(connect);
  });
  afterEach(async () => {
    await scene.reset();
    expect(unhandled).toEqual([]);
  });
  afterAll(async () => {
    await scene.close();
    process.off("unhandledRejection", onUnhandled);
  });

  const faults = [
    ["refused", () => scene.proxy.down()],
    ["frozen", () => scene.server.freeze()],
    ["silent", () => scene.proxy.blackhole()],
    ["killed", () => scene.server.kill()],
    ["150 ms away", () => scene.proxy.latency({ ms: 150, jitterMs: 50 })],
    ["resetting", () => scene.proxy.resetMidReply({ every: 1 })],
  ] as const;

  it.each(faults)("every request is served: %s", async (_fault, inject) => {
    const cache = await scene.readyCache();
    await inject();
    for (let round = 0; round < 3; round++) {
      const keys = Array.from({ length: 20 }, (_unused, index) => `k${round}-${index}`);
      const ms = await timed(async () => {
        const values = await Promise.all(keys.map((key) => cache.getOrSet(key, () => key)));
        expect(values).toEqual(keys);
      });
      expect(ms).toBeLessThan(hangMs);
    }
    expect(await cache.getOrSet("k0-0", () => "other")).toBe("k0-0");
  });

  it.each(faults.slice(0, 3))("it boots and serves at once: %s", async (_fault, inject) => {
    await inject();
    const cache = await scene.cache();
    const ms = await timed(async () => {
      expect(await cache.getOrSet("k", () => "v")).toBe("v");
    });
    expect(ms).toBeLessThan(hangMs);
    expect(await cache.get("k")).toBe("v");
    await scene.server.thaw();
    await scene.proxy.clear();
    await until(() => cache.stats().redis?.available === true);
    await until(async () => (await cache.set("after", 1)) === "applied");
  });

  it("cold reads pay the time-out a few times, then never", async () => {
    const cache = await scene.readyCache({ memory: false });
    await scene.server.freeze();
    for (let paid = 0; paid < 3; paid++) await cache.getOrSet(`cold${paid}`, () => 1);
    const failures = (): number => cache.stats().redis?.failures ?? 0;
    const before = failures();
    for (let key = 0; key < 100; key++) await cache.getOrSet(`later${key}`, () => 1);
    expect(cache.stats().redis?.available).toBe(false);
    // The cache's own probes fail too, a few times a second.
    expect(failures() - before).toBeLessThan(50);
  });

  it("loads never exceed the limit, and what is too much is shed", async () => {
    const cache = await scene.readyCache({ loader: { maxConcurrent: 4, maxQueue: 16 } });
    await scene.server.kill();
    let running = 0;
    let peak = 0;
    const answers = await Promise.allSettled(
      Array.from({ length: 200 }, (_unused, key) =>
        cache.getOrSet(`k${key}`, async () => {
          peak = Math.max(peak, ++running);
          await new Promise((resolve) => setTimeout(resolve, 20));
          running--;
          return key;
        }),
      ),
    );
    const shed = answers.filter((answer) => answer.status === "rejected");
    expect(peak).toBe(4);
    expect(shed.length).toBeGreaterThan(0);
    for (const answer of shed) expect(answer.reason).toMatchObject({ code: "HOLDFAST_OVERLOADED" });
    expect(cache.stats().loads.shed).toBe(shed.length);
  });

  it("a hung read delays nobody who has a stale value beyond the soft time-out", async () => {
    const cache = await scene.readyCache({
      ttlMs: 1,
      graceMs: 60_000,
      redisTimeoutMs: 5_000,
      loader: { softTimeoutMs: 20 },
    });
    await until(() => cache.stats().coherence.mode === "tracking");
    await cache.set("k", "stale");
    await scene.server.freeze();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const ms = await timed(async () => {
      expect(await cache.getOrSet("k", () => "new")).toBe("stale");
    });
    expect(ms).toBeLessThan(hangMs);
  });

  it("a read that failed removes nothing", async () => {
    const cache = await scene.readyCache({ memory: { ttlMs: 1 } });
    await applied(() => cache.set("k", "v"));
    await scene.proxy.down();
    expect(await cache.get("k")).toBe("v");
    expect(await cache.get("k")).toBe("v");
    await scene.proxy.clear();
    expect(await scene.server.command("EXISTS", "test:v:{#k}")).toBe(1);
  });

  it("the loader's own error is what callers get", async () => {
    const cache = await scene.readyCache();
    await scene.proxy.down();
    const error = new Error("primary");
    await expect(cache.getOrSet("k", () => Promise.reject(error))).rejects.toBe(error);
    const answer = cache.getOrSet<string>("k", () => Promise.reject(error), { default: "d" });
    expect(await answer).toBe("d");
  });
});
