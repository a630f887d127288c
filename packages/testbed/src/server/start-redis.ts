import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestbedError } from "../errors.ts";
import { freePort } from "../free-port.ts";
import { requireInteger, requireNumber } from "../options.ts";
import { RespConnection } from "../resp/connection.ts";
import {
  baseDirectives,
  configurationText,
  type Directive,
  debugDirectives,
  persistenceDirectives,
} from "./configuration.ts";
import { findRedisServer, type RedisProgram } from "./find-redis-server.ts";
import { guardFolder, releaseFolder } from "./guardian.ts";
import { LogTail } from "./log-tail.ts";
import { type RedisProcess, startRedisProcess } from "./redis-process.ts";
import { LaunchedRedis, type ProbeOptions, type RedisServer } from "./redis-server.ts";

/** Default of {@link StartRedisOptions.startTimeoutMs}. */
export const START_TIMEOUT_MS = 20_000;
// A port is free when it is chosen and may be taken when the server binds it.
const PORT_TRIES = 5;

export interface StartRedisOptions {
  /** 1 to 65535. Default: a free one. */
  readonly port?: number;
  /** Further arguments of redis-server, for example `["--maxmemory", "10mb"]`; they win. */
  readonly args?: readonly string[];
  /** The password of the default user. Default: none. */
  readonly requirepass?: string;
  /** Whether data outlives {@link RedisServer.kill} and `restart`. Default true; false for benchmarks. */
  readonly persist?: boolean;
  /** How long it may take until it answers, in milliseconds, 1 to 600000. Default 20000. */
  readonly startTimeoutMs?: number;
  /** Default: what {@link findRedisServer} finds. */
  readonly program?: RedisProgram;
}

/**
 * Starts a redis-server (or valkey-server) that ends with this process, however this process ends.
 *
 * @throws TestbedError `REDIS_NOT_FOUND`, `REDIS_START` with the server's last log lines, `OPTIONS`.
 */
export async function startRedis(options: StartRedisOptions = {}): Promise<RedisServer> {
  if (options.port !== undefined) requireInteger("port", options.port, 1, 65_535);
  requireNumber("startTimeoutMs", options.startTimeoutMs ?? START_TIMEOUT_MS, 1, 600_000);
  const program = options.program ?? (await findRedisServer());
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(program, options.port ?? (await freePort()), options);
    } catch (error) {
      const retry = options.port === undefined && attempt < PORT_TRIES && isPortTaken(error);
      if (!retry) throw error;
    }
  }
}

async function launch(
  program: RedisProgram,
  port: number,
  options: StartRedisOptions,
): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-redis-"));
  guardFolder(directory);
  const dataDirectory = join(directory, "data");
  const configuration = join(directory, "redis.conf");
  const log = new LogTail();
  const connect = (probe: ProbeOptions): Promise<RespConnection> =>
    RespConnection.connect({
      port: probe.port ?? port,
      ...(probe.timeoutMs === undefined ? {} : { timeoutMs: probe.timeoutMs }),
      ...(options.requirepass === undefined ? {} : { password: options.requirepass }),
    });
  const start = (): Promise<RedisProcess> =>
    startRedisProcess({
      program: program.path,
      args: [configuration, ...(options.args ?? [])],
      log,
      connect: () => connect({}),
      startTimeoutMs: options.startTimeoutMs ?? START_TIMEOUT_MS,
    });
  try {
    await mkdir(dataDirectory);
    const directives = directivesOf(program, port, dataDirectory, options);
    await writeFile(configuration, configurationText(directives), { mode: 0o600 });
    const parts = { port, directory, dataDirectory, log, start, connect };
    return new LaunchedRedis(parts, await start());
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    releaseFolder(directory);
    throw error;
  }
}

function directivesOf(
  program: RedisProgram,
  port: number,
  dataDirectory: string,
  options: StartRedisOptions,
): Directive[] {
  return [
    ...baseDirectives(port, dataDirectory),
    ...persistenceDirectives(options.persist ?? true),
    ...debugDirectives(program.version),
    ...(options.requirepass === undefined ? [] : [["requirepass", options.requirepass] as const]),
  ];
}

function isPortTaken(error: unknown): boolean {
  return error instanceof TestbedError && /address already in use/i.test(error.message);
}
