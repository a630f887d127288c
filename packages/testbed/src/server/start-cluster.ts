import { TestbedError } from "../errors.ts";
import { freePort } from "../free-port.ts";
import { requireInteger, requireNumber } from "../options.ts";
import { closeAll, infoField, startAll, waitFor } from "./deployment.ts";
import { findRedisServer, type RedisProgram } from "./find-redis-server.ts";
import { launchServer } from "./launch.ts";
import type { RedisServer } from "./redis-server.ts";
import { redisDirectives, START_TIMEOUT_MS } from "./start-redis.ts";

const SLOTS = 16_384;
// Where the bus listens when it is not told: before Redis 7 it could not be told.
const BUS_OFFSET = 10_000;

export interface StartClusterOptions {
  /** 1 to 9. Default 3. */
  readonly primaries?: number;
  /** Of each primary, 0 to 2. Default 1. */
  readonly replicasEach?: number;
  /** A node that is silent for so long is suspected, in milliseconds, 100 to 600000. Default 1000. */
  readonly nodeTimeoutMs?: number;
  /** The password of every node. Default: none. */
  readonly requirepass?: string;
  /** How long all of it may take to become ready, in milliseconds, 1 to 600000. Default 20000. */
  readonly startTimeoutMs?: number;
}

export interface ClusterDeployment {
  /** The primaries at the start, by their slots, and then the replicas in the same order. */
  readonly servers: readonly RedisServer[];
  /** The node that serves the key's slot now, as the others see it. */
  ownerOf(key: string): Promise<RedisServer>;
  close(): Promise<void>;
}

/**
 * Starts a Redis Cluster with the slots spread evenly, and resolves when every node says that the
 * cluster is well and every replica is in step.
 *
 * @throws TestbedError as {@link startRedis}.
 */
export async function startCluster(options: StartClusterOptions = {}): Promise<ClusterDeployment> {
  const { primaries = 3, replicasEach = 1, nodeTimeoutMs = 1_000 } = options;
  const startTimeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS;
  requireInteger("primaries", primaries, 1, 9);
  requireInteger("replicasEach", replicasEach, 0, 2);
  requireNumber("nodeTimeoutMs", nodeTimeoutMs, 100, 600_000);
  requireNumber("startTimeoutMs", startTimeoutMs, 1, 600_000);
  const program = await findRedisServer();
  const settings = { ...options, nodeTimeoutMs, startTimeoutMs };
  const servers = await startAll(
    Array.from(
      { length: primaries * (1 + replicasEach) },
      () => () => startNode(program, settings),
    ),
  );
  try {
    await join(servers, primaries, startTimeoutMs);
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
  return {
    servers,
    ownerOf: (key) => ownerOf(servers, key),
    close: () => closeAll(servers),
  };
}

async function startNode(
  program: RedisProgram,
  options: StartClusterOptions & {
    readonly nodeTimeoutMs: number;
    readonly startTimeoutMs: number;
  },
): Promise<RedisServer> {
  const password = options.requirepass;
  const ownBusPort = Number.parseInt(program.version, 10) >= 7;
  const busPort = await freePort();
  return launchServer({
    program,
    port: undefined,
    startTimeoutMs: options.startTimeoutMs,
    directives: (place) => [
      ...redisDirectives(program, place, options),
      ...(password === undefined ? [] : [["masterauth", password] as const]),
      ["cluster-enabled", "yes"],
      // Outside the data: a node that restarts empty is still the same node.
      ["cluster-config-file", `${place.directory}/nodes.conf`],
      ["cluster-node-timeout", options.nodeTimeoutMs],
      ["repl-diskless-sync-delay", 0],
      ...(ownBusPort ? [["cluster-port", busPort] as const] : []),
    ],
    args: [],
    password,
    certificates: undefined,
  });
}

async function join(
  servers: readonly RedisServer[],
  primaries: number,
  timeoutMs: number,
): Promise<void> {
  const [first] = servers;
  if (first === undefined) return;
  for (const [index, server] of servers.entries()) {
    // Different epochs from the start: otherwise two nodes first have to agree who moves.
    await server.command("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
    if (index < primaries)
      await server.command("CLUSTER", "ADDSLOTS", ...slotsOf(index, primaries));
    if (server !== first) {
      await server.command("CLUSTER", "MEET", "127.0.0.1", first.port, await busPortOf(first));
    }
  }
  await waitFor("every node knows all others", timeoutMs, () =>
    everyNode(servers, knowsAll(servers)),
  );
  for (const [index, replica] of servers.slice(primaries).entries()) {
    const id = String(await servers[index % primaries]?.command("CLUSTER", "MYID"));
    await replica.command("CLUSTER", "REPLICATE", id);
  }
  await waitFor("the cluster is well and the replicas are in step", timeoutMs, () =>
    everyNode(servers, isWell),
  );
}

function slotsOf(index: number, primaries: number): number[] {
  const from = Math.floor((index * SLOTS) / primaries);
  const to = Math.floor(((index + 1) * SLOTS) / primaries);
  return Array.from({ length: to - from }, (_, offset) => from + offset);
}

async function busPortOf(server: RedisServer): Promise<number> {
  const own = /:\d+@(\d+)/.exec(String(await server.command("CLUSTER", "NODES")))?.[1];
  return own === undefined ? server.port + BUS_OFFSET : Number(own);
}

async function everyNode(
  servers: readonly RedisServer[],
  isSo: (server: RedisServer) => Promise<boolean>,
): Promise<boolean> {
  return (await Promise.all(servers.map(isSo))).every((each) => each);
}

function knowsAll(servers: readonly RedisServer[]): (server: RedisServer) => Promise<boolean> {
  return async (server) => {
    const nodes = String(await server.command("CLUSTER", "NODES"));
    return nodes.trim().split("\n").length === servers.length && !nodes.includes("handshake");
  };
}

async function isWell(server: RedisServer): Promise<boolean> {
  const state = infoField(await server.command("CLUSTER", "INFO"), "cluster_state");
  const info = await server.command("INFO", "replication");
  const replica = infoField(info, "role") === "slave";
  return state === "ok" && (!replica || infoField(info, "master_link_status") === "up");
}

async function ownerOf(servers: readonly RedisServer[], key: string): Promise<RedisServer> {
  const asked = servers.find((server) => server.alive && !server.frozen);
  const slot = Number(await asked?.command("CLUSTER", "KEYSLOT", key));
  const slots = await asked?.command("CLUSTER", "SLOTS");
  for (const entry of Array.isArray(slots) ? slots : []) {
    if (!Array.isArray(entry)) continue;
    const [from, to, owner] = entry;
    if (slot < Number(from) || slot > Number(to) || !Array.isArray(owner)) continue;
    const found = servers.find((server) => server.port === owner[1]);
    if (found !== undefined) return found;
  }
  throw new TestbedError("REPLY", `no node serves slot ${slot}`);
}
