import { TestbedError } from "../errors.ts";
import { requireInteger, requireNumber } from "../options.ts";
import type { PlainReply } from "../resp/value.ts";
import { baseDirectives } from "./configuration.ts";
import { closeAll, infoField, startAll, waitFor } from "./deployment.ts";
import { findRedisServer, type RedisProgram } from "./find-redis-server.ts";
import { launchServer } from "./launch.ts";
import type { RedisServer } from "./redis-server.ts";
import { redisDirectives, START_TIMEOUT_MS } from "./start-redis.ts";

export interface StartSentinelOptions {
  /** What the sentinels call the primary. Default `mymaster`. */
  readonly name?: string;
  /** 0 to 5. Default 2. */
  readonly replicas?: number;
  /** 1 to 7; more than half of them must agree on a failover. Default 3. */
  readonly sentinels?: number;
  /** A primary that is silent for so long counts as down, in milliseconds, 100 to 600000. Default 1000. */
  readonly downAfterMs?: number;
  /** The password of the data servers. Default: none. */
  readonly requirepass?: string;
  /** How long all of it may take to become ready, in milliseconds, 1 to 600000. Default 20000. */
  readonly startTimeoutMs?: number;
}

/** A primary and its replicas, watched by sentinels. */
export interface SentinelDeployment {
  readonly name: string;
  /** The data servers; the first one was the primary at the start. */
  readonly servers: readonly RedisServer[];
  readonly sentinels: readonly RedisServer[];
  /** The server that the sentinels name as primary now. */
  primary(): Promise<RedisServer>;
  /** Has the sentinels promote a replica; resolves when they name another primary that takes writes. */
  failover(): Promise<RedisServer>;
  close(): Promise<void>;
}

/**
 * Starts a primary, replicas and sentinels, and resolves when the replicas are in step and every
 * sentinel knows all of them.
 *
 * @throws TestbedError as {@link startRedis}.
 */
export async function startSentinel(
  options: StartSentinelOptions = {},
): Promise<SentinelDeployment> {
  const { name = "mymaster", replicas = 2, sentinels = 3, downAfterMs = 1_000 } = options;
  const startTimeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS;
  requireInteger("replicas", replicas, 0, 5);
  requireInteger("sentinels", sentinels, 1, 7);
  requireNumber("downAfterMs", downAfterMs, 100, 600_000);
  requireNumber("startTimeoutMs", startTimeoutMs, 1, 600_000);
  const settings: Settings = { ...options, name, replicas, sentinels, downAfterMs, startTimeoutMs };
  const program = await findRedisServer();
  const servers = await startAll([
    () => startDataServer(program, settings, undefined),
    ...Array.from(
      { length: replicas },
      () => (earlier: readonly RedisServer[]) => startDataServer(program, settings, earlier[0]),
    ),
  ]);
  try {
    await waitForReplicas(servers, replicas, startTimeoutMs);
    const watchers = await startAll(
      Array.from({ length: sentinels }, () => () => startWatcher(program, settings, servers[0])),
    );
    return await watched(settings, servers, watchers);
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
}

type Settings = Required<Omit<StartSentinelOptions, "requirepass">> &
  Pick<StartSentinelOptions, "requirepass">;

function startDataServer(
  program: RedisProgram,
  settings: Settings,
  primary: RedisServer | undefined,
): Promise<RedisServer> {
  const password = settings.requirepass;
  return launchServer({
    program,
    port: undefined,
    startTimeoutMs: settings.startTimeoutMs,
    directives: (place) => [
      ...redisDirectives(program, place, settings),
      // The primary needs it too: it is a replica after the first failover.
      ...(password === undefined ? [] : [["masterauth", password] as const]),
      ["repl-diskless-sync-delay", 0],
      ...(primary === undefined ? [] : [["replicaof", "127.0.0.1", primary.port] as const]),
    ],
    args: [],
    password,
    certificates: undefined,
  });
}

function startWatcher(
  program: RedisProgram,
  { name, sentinels, downAfterMs, requirepass, startTimeoutMs }: Settings,
  primary: RedisServer | undefined,
): Promise<RedisServer> {
  const quorum = Math.floor(sentinels / 2) + 1;
  return launchServer({
    program,
    port: undefined,
    startTimeoutMs,
    directives: ({ port, dataDirectory }) => [
      ...baseDirectives(port, dataDirectory),
      ["sentinel", "monitor", name, "127.0.0.1", primary?.port ?? 0, quorum],
      ["sentinel", "down-after-milliseconds", name, downAfterMs],
      ["sentinel", "failover-timeout", name, Math.max(3_000, 3 * downAfterMs)],
      ...(requirepass === undefined ? [] : [["sentinel", "auth-pass", name, requirepass] as const]),
    ],
    args: ["--sentinel"],
    password: undefined,
    certificates: undefined,
  });
}

async function watched(
  settings: Settings,
  servers: readonly RedisServer[],
  sentinels: readonly RedisServer[],
): Promise<SentinelDeployment> {
  const { name, startTimeoutMs } = settings;
  const primary = async (): Promise<RedisServer> => {
    const reply = await firstReply(sentinels, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", name);
    const port = Array.isArray(reply) ? Number(reply[1]) : 0;
    const found = servers.find((server) => server.port === port);
    if (found === undefined) throw new TestbedError("REPLY", `no primary is known as ${name}`);
    return found;
  };
  const failover = async (): Promise<RedisServer> => {
    const before = await primary();
    // A sentinel knows a replica before it holds it good enough to be promoted.
    await waitFor("a sentinel begins a failover", startTimeoutMs, async () => {
      return (await firstReply(sentinels, "SENTINEL", "FAILOVER", name)) === "OK";
    });
    await waitFor("a failover", startTimeoutMs, async () => {
      const now = await primary();
      return now !== before && infoField(await now.command("INFO"), "role") === "master";
    });
    return primary();
  };
  try {
    await waitFor("every sentinel knows all servers", startTimeoutMs, () =>
      knowEachOther(settings, sentinels),
    );
  } catch (error) {
    await closeAll(sentinels);
    throw error;
  }
  const close = (): Promise<void> => closeAll([...sentinels, ...servers]);
  return { name, servers, sentinels, primary, failover, close };
}

/** The first sentinel that lives answers for all. */
async function firstReply(
  sentinels: readonly RedisServer[],
  ...command: readonly string[]
): Promise<PlainReply> {
  let last: unknown;
  for (const sentinel of sentinels) {
    if (!sentinel.alive || sentinel.frozen) continue;
    try {
      return await sentinel.command(...command);
    } catch (error) {
      last = error;
    }
  }
  throw last ?? new TestbedError("CLOSED", "no sentinel is alive");
}

async function knowEachOther(
  { name, replicas, sentinels: count }: Settings,
  sentinels: readonly RedisServer[],
): Promise<boolean> {
  for (const sentinel of sentinels) {
    const reply = await sentinel.command("SENTINEL", "MASTER", name);
    if (!Array.isArray(reply)) return false;
    const field = (key: string): number => Number(reply[reply.indexOf(key) + 1]);
    if (field("num-slaves") !== replicas || field("num-other-sentinels") !== count - 1) {
      return false;
    }
  }
  return true;
}

async function waitForReplicas(
  servers: readonly RedisServer[],
  replicas: number,
  timeoutMs: number,
): Promise<void> {
  await waitFor("the replicas are in step", timeoutMs, async () => {
    const info = await servers[0]?.command("INFO", "replication");
    const online = String(info).match(/^slave\d+:.*state=online/gm)?.length ?? 0;
    return online === replicas;
  });
}
