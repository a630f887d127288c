import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { libraries } from "./support/clients.ts";
import { applied, reads, Scene, until } from "./support/scene.ts";

/** On a busy machine Redis may take longer than the default: then each process loads for itself. */
const patient = { redisTimeoutMs: 5_000 };

describe.each(libraries)("two processes on one Redis, with %s", (_, connect) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.start(connect);
  });
  afterEach(() => scene.reset());
  afterAll(() => scene.close());

  it("share what one of them loaded, frozen in both", async () => {
    const [a, b] = [await scene.readyCache(), await scene.readyCache()];
    const value = { list: [1], none: null };
    expect(await a.getOrSet<unknown>("k", () => value)).toEqual(value);
    await until(async () => (await b.get("k")) !== undefined);
    const read = await b.getOrSet<unknown>("k", () => "other");
    expect(read).toEqual(value);
    expect(Object.isFrozen((read as typeof value).list)).toBe(true);
    expect(b.stats().loads.succeeded).toBe(0);
  });

  it("make one load between them for a key that both miss at once", async () => {
    const caches = await Promise.all([1, 2, 3, 4].map(() => scene.readyCache(patient)));
    let loads = 0;
    const load = async (): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return ++loads;
    };
    const calls = caches.flatMap((cache) =>
      Array.from({ length: 100 }, () => cache.getOrSet("k", load)),
    );
    expect(new Set(await Promise.all(calls))).toEqual(new Set([1]));
    expect(loads).toBe(1);
  });

  it("take over a load whose process died, when its lease has run out", async () => {
    const cache = await scene.readyCache(patient);
    await scene.server.command("SET", "test:l:{#k}", "of-the-dead", "PX", "300");
    expect(await cache.getOrSet("k", () => "own")).toBe("own");
    await until(async () => (await scene.server.command("EXISTS", "test:v:{#k}")) === 1);
  });

  it("see a negative answer, values of every kind, and a set at once", async () => {
    const [a, b] = [
      await scene.readyCache({ ...patient, negativeTtlMs: 60_000, memory: false }),
      await scene.readyCache({ ...patient, negativeTtlMs: 60_000, memory: false }),
    ];
    await a.getOrSet("none", () => undefined);
    await until(async () => (await scene.server.command("EXISTS", "test:v:{#none}")) === 1);
    expect(await b.getOrSet<string | undefined>("none", () => "new")).toBeUndefined();
    for (const value of [null, 0, "", false, { a: [] }]) {
      await applied(() => a.set("v", value));
      await reads(b, "v", value);
      expect(await b.has("v")).toBe(true);
    }
  });

  it("never read a value of a tag or a namespace that was removed", async () => {
    const [a, b] = [
      await scene.readyCache({ memory: false }),
      await scene.readyCache({ memory: { ttlMs: 1 } }),
    ];
    await applied(() => a.set("tagged", 1, { tags: ["red & blue"] }));
    await applied(() => a.namespace("users").set("k", 2));
    await applied(() => a.set("plain", 3));
    await reads(b, "tagged", 1);
    await reads(b.namespace("users"), "k", 2);
    await applied(() => a.deleteByTag("red & blue"));
    expect(await a.get("tagged")).toBeUndefined();
    await applied(() => a.namespace("users").clear());
    expect(await a.namespace("users").get("k")).toBeUndefined();
    await reads(a, "plain", 3);
    await until(async () => (await b.get("tagged")) === undefined);
    await until(async () => (await b.namespace("users").get("k")) === undefined);
    await reads(b, "plain", 3);
    await applied(() => a.clear());
    expect(await a.get("plain")).toBeUndefined();
  });

  it("read bytes that are not theirs as a miss, count them, and leave other types alone", async () => {
    const cache = await scene.readyCache();
    for (const [key, bytes] of [
      ["foreign", "hello"],
      ["future", "H9 v t 1 2 3 2\n{}"],
      ["cut", "H2 v t 1732400000123 99999999999 0 13 9 \ntest:v:{#cut}{}"],
    ] as const) {
      await scene.server.command("SET", `test:v:{#${key}}`, bytes);
      expect(await cache.get(key)).toBeUndefined();
      expect(await scene.server.command("GET", `test:v:{#${key}}`)).toBe(bytes);
      expect(await cache.getOrSet(key, () => "loaded")).toBe("loaded");
    }
    expect(cache.stats().redis?.foreign).toBeGreaterThanOrEqual(6);
    await scene.server.command("LPUSH", "test:v:{#list}", "a");
    expect(await cache.getOrSet("list", () => "loaded")).toBe("loaded");
    expect(await scene.server.command("LLEN", "test:v:{#list}")).toBe(1);
  });

  it("survive the loss of the server's scripts", async () => {
    const cache = await scene.readyCache();
    await scene.server.command("SCRIPT", "FLUSH");
    expect(await cache.getOrSet("k", () => 1)).toBe(1);
    await until(async () => (await cache.set("k", 1)) === "applied");
    expect(await scene.server.command("EXISTS", "test:v:{#k}")).toBe(1);
  });

  it("agree on what is fresh though their clocks differ by hours", async () => {
    const shifted = (hours: number) => ({
      now: () => performance.now() + hours * 3_600_000,
      schedule: (callback: () => void, ms: number) => setTimeout(callback, ms),
      cancel: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
    });
    const a = await scene.readyCache({ clock: shifted(0), memory: false });
    const b = await scene.readyCache({ clock: shifted(7), memory: false });
    await applied(() => a.set("k", 1, { ttlMs: 30_000 }));
    await reads(b, "k", 1);
    await applied(() => a.set("brief", 1, { ttlMs: 100 }));
    await until(async () => (await b.get("brief")) === undefined);
  });
});
