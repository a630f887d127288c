import { requireInteger, requireNumber } from "../options.ts";
import { type Certificates, createCertificates } from "../tls/certificates.ts";
import {
  baseDirectives,
  type Directive,
  debugDirectives,
  persistenceDirectives,
} from "./configuration.ts";
import { findRedisServer, type RedisProgram } from "./find-redis-server.ts";
import { type LaunchPlace, launchServer, tlsDirectives } from "./launch.ts";
import type { RedisServer } from "./redis-server.ts";

/** Default of {@link StartRedisOptions.startTimeoutMs}. */
export const START_TIMEOUT_MS = 20_000;

export interface StartRedisOptions {
  /** 1 to 65535. Default: a free one. */
  readonly port?: number;
  /** Further arguments of redis-server, for example `["--maxmemory", "10mb"]`; they win. */
  readonly args?: readonly string[];
  /** The password of the default user. Default: none. */
  readonly requirepass?: string;
  /** Whether data outlives {@link RedisServer.kill} and `restart`. Default true; false for benchmarks. */
  readonly persist?: boolean;
  /** Speaks TLS, and nothing else, with these certificates or (`true`) new ones. Default: plain TCP. */
  readonly tls?: boolean | Certificates;
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
  const { port, startTimeoutMs = START_TIMEOUT_MS } = options;
  if (port !== undefined) requireInteger("port", port, 1, 65_535);
  requireNumber("startTimeoutMs", startTimeoutMs, 1, 600_000);
  const program = options.program ?? (await findRedisServer());
  const certificates = certificatesOf(options.tls);
  return launchServer({
    program,
    port,
    startTimeoutMs,
    directives: (place) => [
      ...redisDirectives(program, place, options),
      ...(certificates === undefined ? [] : tlsDirectives(place)),
    ],
    args: options.args ?? [],
    password: options.requirepass,
    certificates,
  });
}

function certificatesOf(tls: StartRedisOptions["tls"]): Certificates | undefined {
  if (tls === true) return createCertificates();
  return tls === false ? undefined : tls;
}

/** What a data server starts from, alone or in a cluster. */
export function redisDirectives(
  program: RedisProgram,
  place: LaunchPlace,
  options: Pick<StartRedisOptions, "persist" | "requirepass">,
): Directive[] {
  const password = options.requirepass;
  return [
    ...baseDirectives(place.port, place.dataDirectory),
    ...persistenceDirectives(options.persist ?? true),
    ...debugDirectives(program.version),
    ...(password === undefined ? [] : [["requirepass", password] as const]),
  ];
}
