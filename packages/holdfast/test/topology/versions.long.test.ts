import type { ClusterDeployment, SentinelDeployment } from "@holdfast/testbed";
import { startCluster, startSentinel } from "@holdfast/testbed";
import * as ioredis from "ioredis";
import * as ioredis5 from "ioredis-5";
import * as iovalkey from "iovalkey";
import * as redis from "redis";
import * as redis5 from "redis-5";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { guardOf, protect } from "../../src/index.ts";
import { eventually, settled } from "../guard/support.ts";

/** What the clients have in common, as this test uses it. */
interface AnyClient {
  connect(): Promise<unknown>;
  incr(key: string): Promise<number>;
}

type Place = { readonly host: string; readonly port: number };

const clusters: Readonly<Record<string, (seeds: Place[]) => object>> = {
  "ioredis 6": (seeds) => new ioredis.Cluster(seeds, { lazyConnect: true }),
  "ioredis 5": (seeds) => new ioredis5.Cluster(seeds, { lazyConnect: true }),
  iovalkey: (seeds) => new iovalkey.Cluster(seeds, { lazyConnect: true }),
  "node-redis 6": (seeds) => redis.createCluster({ rootNodes: seeds.map(url) }),
  "node-redis 5": (seeds) => redis5.createCluster({ rootNodes: seeds.map(url) }),
};

const sentinels: Readonly<Record<string, (name: string, sentinels: Place[]) => object>> = {
  "ioredis 6": (name, places) => new ioredis.Redis({ name, sentinels: places, lazyConnect: true }),
  "ioredis 5": (name, places) => new ioredis5.Redis({ name, sentinels: places, lazyConnect: true }),
  iovalkey: (name, places) => new iovalkey.Redis({ name, sentinels: places, lazyConnect: true }),
  "node-redis 6": (name, places) => redis.createSentinel({ name, sentinelRootNodes: places }),
  "node-redis 5": (name, places) => redis5.createSentinel({ name, sentinelRootNodes: places }),
};

function url({ host, port }: Place) {
  return { url: `redis://${host}:${port}` };
}

const placesOf = (servers: readonly { readonly port: number }[]): Place[] =>
  servers.map(({ port }) => ({ host: "127.0.0.1", port }));

async function connected(client: object): Promise<AnyClient> {
  const guarded = protect(client) as AnyClient;
  onTestFinished(() => {
    const ended: unknown = "status" in client ? end(client, "disconnect") : end(client, "destroy");
    if (ended instanceof Promise) ended.catch(() => {});
  });
  await guarded.connect();
  expect(await guardOf(client).ready({ timeoutMs: 10_000 })).toBe(true);
  return guarded;
}

function end(client: object, method: string): unknown {
  return (Reflect.get(client, method) as () => unknown).call(client);
}

/** All clients go through the same failover; each must be back soon after the first that can be. */
async function allBack(clients: ReadonlyMap<string, AnyClient>, key: string): Promise<void> {
  const backMs = await Promise.all(
    [...clients].map(async ([name, client]) => {
      const took = await eventually(
        async () => (await settled(client.incr(key))).error === undefined,
        30_000,
      );
      return [name, Math.round(took)] as const;
    }),
  );
  // Promised are 1 s, and 2 s for a sentinel of node-redis; the rest is for a busy machine.
  expect(backMs.filter(([, ms]) => ms > 6_000)).toEqual([]);
}

describe("a failover of a cluster", () => {
  let cluster: ClusterDeployment;
  beforeAll(async () => {
    cluster = await startCluster();
  }, 60_000);
  afterAll(() => cluster?.close());

  it("is survived by every version of every client", { timeout: 120_000 }, async () => {
    const clients = new Map<string, AnyClient>();
    for (const [name, create] of Object.entries(clusters)) {
      clients.set(name, await connected(create(placesOf(cluster.servers))));
    }
    const owner = await cluster.ownerOf("counted");
    for (const client of clients.values()) await client.incr("counted");
    await owner.kill();
    await eventually(async () => {
      const now = await settled(cluster.ownerOf("counted"));
      if (now.value === undefined || now.value === owner) return false;
      return (await settled(now.value.command("SET", "counted", "0"))).error === undefined;
    }, 30_000);
    await allBack(clients, "counted");
  });
});

describe("a failover behind sentinels", () => {
  let deployment: SentinelDeployment;
  beforeAll(async () => {
    deployment = await startSentinel();
  }, 60_000);
  afterAll(() => deployment?.close());

  it("is survived by every version of every client", { timeout: 120_000 }, async () => {
    const { name } = deployment;
    const clients = new Map<string, AnyClient>();
    for (const [version, create] of Object.entries(sentinels)) {
      clients.set(version, await connected(create(name, placesOf(deployment.sentinels))));
    }
    const primary = await deployment.primary();
    // A crash: the word of the new primary comes while the clients look for it themselves.
    await primary.kill();
    await eventually(async () => {
      const now = await deployment.primary();
      return now !== primary && (await settled(now.command("SET", "n", "0"))).error === undefined;
    }, 30_000);
    await allBack(clients, "n");
  });
});
