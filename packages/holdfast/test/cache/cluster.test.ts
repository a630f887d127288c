import { type ClusterDeployment, startCluster } from "@holdfast/testbed";
import { Cluster } from "ioredis";
import { createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCache } from "../../src/cache/index.ts";
import { applied, reads, until } from "./support/scene.ts";

const libraries = [
  [
    "node-redis",
    async (port: number) => {
      const rootNodes = [{ url: `redis://127.0.0.1:${port}` }];
      const client = createCluster({ rootNodes }).on("error", () => undefined);
      await client.connect();
      return { client, close: () => client.destroy() };
    },
  ],
  [
    "ioredis",
    async (port: number) => {
      const client = new Cluster([{ host: "127.0.0.1", port }]).on("error", () => undefined);
      return { client, close: () => client.disconnect() };
    },
  ],
] as const;

describe.each(libraries)("a cache on a cluster, with %s", (_, connect) => {
  let cluster: ClusterDeployment;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.close());

  it("keeps, shares and removes values whatever node they lie on", async () => {
    const keys = Array.from({ length: 30 }, (_unused, index) => `k${index}`);
    const port = cluster.servers[0]?.port ?? 0;
    const [one, two] = [await connect(port), await connect(port)];
    const options = { namespace: "test", ttlMs: 60_000, redisTimeoutMs: 1_000 };
    const a = createCache({ redis: one.client, ...options });
    const b = createCache({ redis: two.client, ...options, memory: false });
    await Promise.all(keys.map((key) => applied(() => a.set(key, key, { tags: ["t"] }))));
    await Promise.all(keys.map((key) => reads(b, key, key)));
    await until(async () => {
      const found = await b.getOrSetMany(keys, (missing) => new Map(missing.map((k) => [k, k])));
      return found.size === keys.length;
    });
    await applied(() => a.delete("k1"));
    await reads(b, "k1", undefined);
    await applied(() => b.deleteByTag("t"));
    await reads(b, "k2", undefined);
    // Redis tells one connection of what happens on one node.
    expect(a.stats().coherence).toMatchObject({ mode: "ttl", reason: expect.any(String) });
    await Promise.all([a.close(), b.close()]);
    one.close();
    two.close();
  });
});
