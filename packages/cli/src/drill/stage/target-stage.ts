import { unreachableError, usageError } from "../../failure.ts";
import { type FaultProxy, startProxy } from "../../testbed.ts";
import type { Cleanups } from "../cleanups.ts";
import type { DrillSource, Endpoint } from "../options.ts";
import { withoutPassword } from "../replay.ts";
import { answers } from "../run/backend.ts";
import { becomesReachable } from "../variants/listening.ts";
import { proxyOverhead } from "./proxy-overhead.ts";
import type { Stage, Subject } from "./stage.ts";

/** An API that waits for Redis may begin to listen only now, in milliseconds. */
const targetMaxMs = 3_000;

export interface TargetStageOptions {
  readonly source: Extract<DrillSource, { kind: "targets" }>;
  readonly note: (text: string) => void;
  readonly cleanups: Cleanups;
  readonly signal: AbortSignal;
}

/**
 * A stage of the user's: the API and its Redis run already and are never started, stopped or
 * emptied; only the proxy between them is the drill's.
 *
 * @throws CommandError: exit code 3 when the Redis or a target cannot be reached, 2 when the port
 * to listen on is taken.
 */
export async function openTargetStage(options: TargetStageOptions): Promise<Stage> {
  const { source, note, cleanups, signal } = options;
  const { redis, listen } = source;
  const where = `${redis.host}:${redis.port}`;
  if (!(await answers(redis.port, redis.host))) {
    throw unreachableError(`no Redis answers at ${where}: start it, or name another with --redis`);
  }
  const proxy = await openProxy(redis, listen);
  cleanups.add(() => proxy.close());
  note(`Your API must find its Redis at 127.0.0.1:${listen}; the drill passes it on to ${where}`);
  for (const url of source.urls) await requireReachable(url, signal);
  return {
    subjects: source.urls.map(subjectOf),
    backends: [{ server: null, proxy }],
    redisVersion: "unknown",
    prepare: async () => proxy.clear(),
    reboot: null,
    resetPrimary: async () => undefined,
    primaryCounts: async () => new Map(),
    probeProxy: () => proxyOverhead(redis, { host: "127.0.0.1", port: listen }),
  };
}

async function openProxy({ host, port }: Endpoint, listen: number): Promise<FaultProxy> {
  try {
    return await startProxy({ upstreamHost: host, upstreamPort: port, port: listen });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw usageError(`port ${listen} is in use: choose another with --listen`);
    }
    throw error;
  }
}

async function requireReachable(url: URL, signal: AbortSignal): Promise<void> {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (await becomesReachable(port, { host, patienceMs: targetMaxMs, signal })) return;
  throw unreachableError(
    `nothing listens at ${withoutPassword(url)}: start the API, with its Redis at the port of --listen`,
  );
}

function subjectOf(url: URL): Subject {
  const name = withoutPassword(url);
  return {
    name,
    description: null,
    footnoteOf: null,
    judged: true,
    // `{id}` is percent-encoded in a parsed URL.
    url: url.href.replaceAll("%7Bid%7D", "{id}"),
    backend: 0,
    breakerEntries: () => [],
    reportsBreaker: () => false,
    restarts: () => 0,
  };
}
