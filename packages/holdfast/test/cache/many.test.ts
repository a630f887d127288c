import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { libraries } from "./support/clients.ts";
import { applied, Scene, until } from "./support/scene.ts";

/** On a busy machine Redis may take longer than the default: then each process loads for itself. */
const patient = { redisTimeoutMs: 5_000 };

describe.each(libraries)("many keys at once, with %s", (_, connect) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.start(connect);
  });
  afterEach(() => scene.reset());
  afterAll(() => scene.close());

  const keys = Array.from({ length: 100 }, (_unused, index) => `k${index}`);
  const load = (missing: readonly string[]): Map<string, string> =>
    new Map(missing.map((key) => [key, `v-${key}`]));

  async function calls(command: string): Promise<number> {
    const info = String(await scene.server.command("INFO", "commandstats"));
    return Number(/calls=(\d+)/.exec(info.split(`cmdstat_${command}:`)[1] ?? "")?.[1] ?? 0);
  }

  it("are one read of Redis and one load", async () => {
    const [a, b] = [await scene.readyCache(), await scene.readyCache({ memory: false })];
    await scene.server.command("CONFIG", "RESETSTAT");
    let loads = 0;
    const found = await a.getOrSetMany(keys, (missing) => {
      loads++;
      return load(missing);
    });
    expect(found.size).toBe(100);
    expect(loads).toBe(1);
    expect(await calls("mget")).toBe(1);
    await until(async () => Number(await scene.server.command("DBSIZE")) >= 100);
    const again = await b.getOrSetMany(keys, () => Promise.reject(new Error("not asked")));
    expect(again).toEqual(found);
    expect(await calls("mget")).toBe(2);
  });

  it("are loaded once between processes, or each by the one that has its lease", async () => {
    const caches = await Promise.all([1, 2, 3].map(() => scene.readyCache(patient)));
    const loaded: string[] = [];
    const answers = await Promise.all(
      caches.map((cache) =>
        cache.getOrSetMany(keys, async (missing) => {
          loaded.push(...missing);
          await new Promise((resolve) => setTimeout(resolve, 20));
          return load(missing);
        }),
      ),
    );
    for (const answer of answers) expect(answer.size).toBe(100);
    expect(loaded.toSorted()).toEqual(keys.toSorted());
  });

  it("are served while Redis is gone", async () => {
    const cache = await scene.readyCache();
    await scene.proxy.down();
    expect((await cache.getOrSetMany(keys, load)).get("k7")).toBe("v-k7");
  });

  it("expire in Redis too, and keep their grace", async () => {
    const a = await scene.readyCache({ memory: false, graceMs: 60_000 });
    const b = await scene.readyCache({ memory: false, graceMs: 60_000 }, scene.server.port);
    await applied(() => a.set("k", "old"));
    await applied(() => a.expire("k"));
    expect(await b.get("k")).toBeUndefined();
    expect(await b.getOrSet("k", () => Promise.reject(new Error("primary")))).toBe("old");
    expect(await b.getOrSet("k", () => "new")).toBe("new");
    await scene.proxy.down();
    await until(async () => (await a.expire("k")) === "queued");
    await scene.proxy.clear();
    await until(() => a.stats().recovery.pending === 0);
    expect(await b.get("k")).toBeUndefined();
  });
});
