import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Cache } from "../../src/cache/index.ts";
import { libraries } from "./support/clients.ts";
import { applied, reads, Scene, until } from "./support/scene.ts";

const keys = Array.from({ length: 20 }, (_unused, index) => `user:${index}`);

describe.each(libraries)("replies that are shifted by one, with %s", (_, connect) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.start(connect);
  });
  afterEach(() => scene.reset());
  afterAll(() => scene.close());

  /** A cache over stored values, each of which names its key, with the fault on. */
  async function shifted(): Promise<Cache> {
    const cache = await scene.readyCache({ memory: false });
    for (const key of keys) {
      await applied(() => cache.set(key, `of ${key}`));
    }
    await scene.proxy.swapReplies();
    return cache;
  }

  it("never give a caller another key's value", async () => {
    const cache = await shifted();
    for (let round = 0; round < 5; round++) {
      for (const key of keys) expect([undefined, `of ${key}`]).toContain(await cache.get(key));
      const many = await Promise.all(keys.map((key) => cache.getOrSet(key, () => `of ${key}`)));
      expect(many).toEqual(keys.map((key) => `of ${key}`));
    }
    expect(cache.stats().redis?.crossed).toBeGreaterThan(0);
  });

  it("do not make an expiry store one key's value under another", async () => {
    const cache = await shifted();
    for (const key of keys) await cache.expire(key);
    const other = await scene.readyCache({ memory: false }, scene.server.port);
    for (const key of keys) expect([undefined, `of ${key}`]).toContain(await other.get(key));
  });

  it("are over with the connection", async () => {
    const cache = await shifted();
    await until(async () => {
      for (const key of keys) await cache.get(key);
      return (cache.stats().redis?.crossed ?? 0) > 0;
    });
    await scene.proxy.down();
    await scene.proxy.clear();
    await reads(cache, "user:7", "of user:7");
    const { crossed } = cache.stats().redis ?? {};
    for (const key of keys) await reads(cache, key, `of ${key}`);
    expect(cache.stats().redis?.crossed).toBe(crossed);
  });
});
