import { setTimeout as delay } from "node:timers/promises";
import type { ClusterDeployment, Random, RedisServer } from "@holdfast/testbed";
import { seededRandom, startCluster } from "@holdfast/testbed";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, settled } from "../guard/support.ts";
import { Counters } from "./counters.ts";
import { ioredisCluster, nodeRedisCluster } from "./kinds.ts";
import { connected } from "./support.ts";

/** `HOLDFAST_SEED=n` replays a run. */
const seed = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);

/** How often something happens to the cluster. */
const strokes = 30;

/**
 * Faults that lose no acknowledged write: connections go, servers stand still for less than a failover
 * takes, primaries hand over to their replicas in order. So every counter must end exactly between what
 * was acknowledged, and that with what may have run: a write that was repeated, or ran when its caller
 * had been told that it would not, breaks the upper bound, and one that was lost the lower.
 */
describe.each([ioredisCluster, nodeRedisCluster])(
  "a guarded cluster of $library in chaos",
  (kind) => {
    let cluster: ClusterDeployment;
    beforeAll(async () => {
      cluster = await startCluster({ nodeTimeoutMs: 2_000 });
      for (const server of cluster.servers) {
        await server.command("CONFIG", "SET", "cluster-require-full-coverage", "no");
      }
    }, 60_000);
    afterAll(() => cluster?.close());

    it(`runs every increment as often as its callers were told (HOLDFAST_SEED=${seed})`, {
      timeout: 180_000,
    }, async () => {
      const random = seededRandom(seed);
      const { client } = await connected(kind.create(cluster.servers.map(({ port }) => port)));
      const keys = Array.from({ length: 12 }, (_, index) => `counter:${index}`);
      const counters = new Counters(client, keys).start(4);
      for (let stroke = 0; stroke < strokes; stroke++) {
        await strike(cluster, random);
        await delay(50 + random() * 250);
      }
      await eventually(
        async () => (await settled(client.incr("settled"))).error === undefined,
        30_000,
      );
      await delay(500);
      const histories = await counters.stop();
      // What a frozen server had been given runs when it goes on.
      await delay(500);
      let unknowns = 0;
      for (const [key, { acknowledged, unknown }] of histories) {
        await eventually(async () => (await settled(client.get(key))).error === undefined);
        const value = Number(await client.get(key));
        expect(acknowledged).toBeGreaterThan(0);
        expect(value).toBeGreaterThanOrEqual(acknowledged);
        expect(value).toBeLessThanOrEqual(acknowledged + unknown);
        unknowns += unknown;
      }
      // Otherwise nothing has happened that could be got wrong.
      expect(unknowns).toBeGreaterThan(0);
    });
  },
);

async function strike(cluster: ClusterDeployment, random: Random): Promise<void> {
  const { servers } = cluster;
  const server = servers[Math.floor(random() * servers.length)];
  if (server === undefined) return;
  const choice = random();
  if (choice < 0.4) {
    await server.command("CLIENT", "KILL", "TYPE", "normal").catch(() => {});
  } else if (choice < 0.7) {
    await server.freeze();
    await delay(100 + random() * 500);
    await server.thaw();
  } else {
    await handOver(server);
  }
}

/** The server becomes primary, when it is a replica, once it has all that its primary has. */
async function handOver(server: RedisServer): Promise<void> {
  const role = String(await server.command("INFO", "replication"));
  if (role.includes("role:slave")) await server.command("CLUSTER", "FAILOVER").catch(() => {});
}
