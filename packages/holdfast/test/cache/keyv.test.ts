import { type RedisServer, startRedis } from "@holdfast/testbed";
import keyvTestSuite from "@keyv/test-suite";
import Keyv from "keyv";
import * as test from "vitest";
import { type Cache, createCache, createKeyvStore } from "../../src/cache/index.ts";
import { libraries, type TestClient } from "./support/clients.ts";
import { applied } from "./support/scene.ts";

const { afterAll, beforeAll, describe, expect, it } = test;

describe.each(libraries)("the store for Keyv, with %s", (_, connect) => {
  let server: RedisServer;
  let client: TestClient;
  let cache: Cache;
  beforeAll(async () => {
    server = await startRedis();
    client = await connect(server.port);
    cache = createCache({
      redis: client.client,
      namespace: "keyv",
      ttlMs: 60_000,
      redisTimeoutMs: 1_000,
    });
    await applied(() => cache.set("ready", 1));
  });
  afterAll(async () => {
    await cache.close();
    client.close();
    await server.close();
  });

  describe("passes Keyv's own suite", () => {
    // Its types are of another minor of Keyv.
    keyvTestSuite(test as never, Keyv as never, () => createKeyvStore(cache) as never);
  });

  it("clears one namespace, whatever its name, and everything without one", async () => {
    const spaces = ["plain", "@scope/with: odd [names]"].map(
      (namespace) => new Keyv({ store: createKeyvStore(cache), namespace }),
    );
    for (const space of spaces) await space.set("k", 1);
    await spaces[0]?.clear();
    expect(await Promise.all(spaces.map((space) => space.get("k")))).toEqual([undefined, 1]);
    const store = createKeyvStore(cache);
    await store.set("bare", "v");
    await store.clear();
    expect(await store.get("bare")).toBeUndefined();
    expect(await spaces[1]?.get("k")).toBeUndefined();
  });

  it("emits what the cache refuses, and stores nothing", async () => {
    const keyv = new Keyv({ store: createKeyvStore(cache) });
    const errors: unknown[] = [];
    keyv.on("error", (error) => errors.push(error));
    expect(await keyv.set("k".repeat(70_000), 1)).toBe(false);
    expect(errors).toMatchObject([{ code: "HOLDFAST_KEY" }]);
  });

  it("answers from memory when Redis is gone, and deletes there when it is back", async () => {
    const keyv = new Keyv({ store: createKeyvStore(cache) });
    await keyv.set("kept", "v");
    await keyv.set("deleted", "v");
    await server.freeze();
    expect(await keyv.get("kept")).toBe("v");
    expect(await keyv.delete("deleted")).toBe(true);
    expect(await keyv.get("deleted")).toBeUndefined();
    await server.thaw();
    await test.vi.waitUntil(() => cache.stats().recovery.pending === 0, 10_000);
    expect(await server.command("EXISTS", "keyv:v:{#keyv:deleted}")).toBe(0);
  });
});
