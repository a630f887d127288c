import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Cache, CacheOptions } from "../../src/cache/index.ts";
import { libraries } from "./support/clients.ts";
import { applied, reads, Scene, until } from "./support/scene.ts";

describe.each(libraries)("what memory holds, with %s", (_, connect) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.start(connect);
  });
  afterEach(() => scene.reset());
  afterAll(() => scene.close());

  /** A cache that Redis tells of changes, and trusts nothing for long without. */
  async function tracked(options: Partial<CacheOptions> = {}, port?: number): Promise<Cache> {
    const cache = await scene.readyCache({ memory: { ttlMs: 60_000 }, ...options }, port);
    await until(() => cache.stats().coherence.mode === "tracking");
    return cache;
  }

  it("follows what another process deletes, sets, or invalidates by tag", async () => {
    const [a, b] = [await tracked(), await tracked()];
    await applied(() => a.set("k", 1));
    await reads(b, "k", 1);
    await applied(() => a.set("k", 2));
    await until(async () => (await b.get("k")) === 2);
    await applied(() => a.delete("k"));
    await until(async () => (await b.get("k")) === undefined);
    await applied(() => a.set("k", 3, { tags: ["t"] }));
    await until(async () => (await b.get("k")) === 3);
    await applied(() => a.deleteByTag("t"));
    await until(async () => (await b.get("k")) === undefined);
  });

  it("follows what any other program does to the keys", async () => {
    const cache = await tracked();
    await applied(() => cache.set("k", 1));
    await scene.server.command("DEL", "test:v:{#k}");
    await until(async () => (await cache.get("k")) === undefined);
    await applied(() => cache.set("k", 2));
    await scene.server.command("FLUSHALL");
    await until(async () => (await cache.get("k")) === undefined);
  });

  it("stays after this process's own store, without asking Redis each time", async () => {
    const cache = await tracked();
    await cache.getOrSet("k", () => 1);
    const hits = (): number => cache.stats().hits.memory;
    await until(async () => {
      const before = hits();
      await cache.get("k");
      return hits() > before;
    });
    const before = hits();
    for (let read = 0; read < 100; read++) expect(await cache.get("k")).toBe(1);
    expect(hits() - before).toBe(100);
  });

  it("is checked after a gap before it counts as fresh", async () => {
    const cache = await tracked();
    await applied(() => cache.set("deleted", "old"));
    await applied(() => cache.set("kept", "kept"));
    await until(async () => {
      await Promise.all([cache.get("deleted"), cache.get("kept")]);
      return cache.stats().hits.memory > 2;
    });
    await scene.proxy.down();
    await until(() => cache.stats().coherence.mode === "ttl");
    await scene.server.command("DEL", "test:v:{#deleted}");
    // Nobody can tell: within `memory.ttlMs` the old value still serves.
    expect(await cache.get("deleted")).toBe("old");
    await scene.proxy.clear();
    await until(() => cache.stats().coherence.mode === "tracking");
    await until(() => cache.stats().redis?.available === true);
    await reads(cache, "deleted", undefined);
    expect(await cache.get("kept")).toBe("kept");
    expect(cache.stats().coherence.gaps).toBeGreaterThanOrEqual(1);
  });

  it("gives way after a gap to what was loaded later, however long its own load took", async () => {
    const cutOff = await tracked();
    const other = await tracked({}, scene.server.port);
    await scene.proxy.down();
    let finish: (value: string) => void = () => undefined;
    const loading = cutOff.getOrSet("k", () => new Promise<string>((done) => (finish = done)));
    // Should the test fail before it looks at the answer.
    loading.catch(() => undefined);
    await until(() => cutOff.stats().loads.running === 1);
    // Changed after that load had read the old value, and loaded anew by another process.
    await applied(() => other.delete("k"));
    await until(async () => {
      await other.getOrSet("k", () => "new");
      return (await scene.server.command("EXISTS", "test:v:{#k}")) === 1;
    });
    finish("old");
    expect(await loading).toBe("old");
    await scene.proxy.clear();
    await until(async () => (await cutOff.getOrSet("k", () => "new")) === "new");
  });

  it("is known to be untold when the connection dies without a word", async () => {
    const cache = await tracked();
    await scene.proxy.blackhole();
    await until(() => cache.stats().coherence.mode === "ttl");
  });

  it("is trusted for memory.ttlMs alone where the server refuses tracking", async () => {
    await scene.server.command("ACL", "SETUSER", "default", "-client|tracking");
    try {
      const cache = await scene.readyCache({ memory: { ttlMs: 50 } });
      await until(() => cache.stats().coherence.reason?.includes("refuses") === true);
      expect(cache.stats().coherence.mode).toBe("ttl");
      await applied(() => cache.set("k", 1));
      expect(await cache.get("k")).toBe(1);
      await scene.server.command("DEL", "test:v:{#k}");
      await until(async () => (await cache.get("k")) === undefined);
    } finally {
      await scene.server.command("ACL", "SETUSER", "default", "+client|tracking");
    }
  });

  it("is not disturbed by the loads of other processes", async () => {
    const [a, b] = [await tracked({ ttlMs: 60_000 }), await tracked()];
    await applied(() => b.set("k", 1));
    await until(async () => {
      await b.get("k");
      return b.stats().hits.memory > 0;
    });
    const before = b.stats().hits.redis;
    for (let key = 0; key < 50; key++) await a.getOrSet(`other${key}`, () => key);
    expect(await b.get("k")).toBe(1);
    expect(b.stats().hits.redis).toBe(before);
  });
});
