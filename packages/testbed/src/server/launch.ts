import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectionOptions as TlsOptions } from "node:tls";
import { TestbedError } from "../errors.ts";
import { freePort } from "../free-port.ts";
import { RespConnection } from "../resp/connection.ts";
import type { Certificates } from "../tls/certificates.ts";
import { configurationText, type Directive } from "./configuration.ts";
import type { RedisProgram } from "./find-redis-server.ts";
import { guardFolder, releaseFolder } from "./guardian.ts";
import { LogTail } from "./log-tail.ts";
import { type RedisProcess, startRedisProcess } from "./redis-process.ts";
import { LaunchedRedis, type ProbeOptions, type RedisServer } from "./redis-server.ts";

// A port is free when it is chosen and may be taken when the server binds it.
const PORT_TRIES = 5;

export interface LaunchOptions {
  readonly program: RedisProgram;
  /** Undefined: a free one. */
  readonly port: number | undefined;
  readonly startTimeoutMs: number;
  /** What stands in its redis.conf. */
  readonly directives: (place: LaunchPlace) => readonly Directive[];
  /** Further arguments on its command line. */
  readonly args: readonly string[];
  readonly password: string | undefined;
  readonly certificates: Certificates | undefined;
}

/** Where one server lives. */
export interface LaunchPlace {
  readonly port: number;
  /** Survives an empty restart. */
  readonly directory: string;
  readonly dataDirectory: string;
}

/** Starts one server process of any kind in a folder of its own. */
export async function launchServer(options: LaunchOptions): Promise<RedisServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launchAt(options.port ?? (await freePort()), options);
    } catch (error) {
      const retry = options.port === undefined && attempt < PORT_TRIES && isPortTaken(error);
      if (!retry) throw error;
    }
  }
}

async function launchAt(port: number, options: LaunchOptions): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-redis-"));
  guardFolder(directory);
  const place: LaunchPlace = { port, directory, dataDirectory: join(directory, "data") };
  const configuration = join(directory, "redis.conf");
  const log = new LogTail();
  const connect = connector(port, options);
  const start = (): Promise<RedisProcess> =>
    startRedisProcess({
      program: options.program.path,
      args: [configuration, ...options.args],
      log,
      connect: () => connect({}),
      startTimeoutMs: options.startTimeoutMs,
    });
  try {
    await mkdir(place.dataDirectory);
    if (options.certificates !== undefined) await writeCertificates(place, options.certificates);
    await writeFile(configuration, configurationText(options.directives(place)), { mode: 0o600 });
    const parts = { ...place, log, start, connect, certificates: options.certificates };
    return new LaunchedRedis(parts, await start());
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    releaseFolder(directory);
    throw error;
  }
}

function connector(
  port: number,
  { password, certificates }: LaunchOptions,
): (probe: ProbeOptions) => Promise<RespConnection> {
  // The testbed's own way in works with an expired certificate too: it looks after the server.
  const tls: TlsOptions | undefined = certificates && {
    ca: certificates.ca,
    rejectUnauthorized: false,
  };
  return (probe) =>
    RespConnection.connect({
      port: probe.port ?? port,
      ...(probe.timeoutMs === undefined ? {} : { timeoutMs: probe.timeoutMs }),
      ...(password === undefined ? {} : { password }),
      ...(tls === undefined ? {} : { tls }),
    });
}

const FILES = { ca: "ca.pem", certificate: "server.pem", key: "server.key" } as const;

async function writeCertificates(place: LaunchPlace, certificates: Certificates): Promise<void> {
  for (const [part, file] of Object.entries(FILES)) {
    const text = certificates[part as keyof Certificates];
    await writeFile(join(place.directory, file), text, { mode: 0o600 });
  }
}

/** The directives of a server that speaks TLS on its only port. */
export function tlsDirectives({ port, directory }: LaunchPlace): Directive[] {
  return [
    ["port", 0],
    ["tls-port", port],
    ["tls-ca-cert-file", join(directory, FILES.ca)],
    ["tls-cert-file", join(directory, FILES.certificate)],
    ["tls-key-file", join(directory, FILES.key)],
    ["tls-auth-clients", "no"],
  ];
}

function isPortTaken(error: unknown): boolean {
  return error instanceof TestbedError && /address already in use/i.test(error.message);
}
