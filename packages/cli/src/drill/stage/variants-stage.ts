import { unreachableError } from "../../failure.ts";
import {
  type FaultProxy,
  type RedisServer,
  startProxy,
  startRedis,
  TestbedError,
} from "../../testbed.ts";
import type { Cleanups } from "../cleanups.ts";
import type { VariantsFile } from "../variants/file.ts";
import { Primary } from "../variants/primary.ts";
import { Variant } from "../variants/variant.ts";
import { proxyOverhead } from "./proxy-overhead.ts";
import type { Stage, Subject } from "./stage.ts";

/** With a fault in place an API may take this long to listen, in milliseconds, if it boots faster. */
const rebootMinMs = 1_500;

interface Seat {
  readonly variant: Variant;
  readonly server: RedisServer;
  readonly proxy: FaultProxy;
}

export interface VariantsStageOptions {
  readonly file: VariantsFile;
  readonly client: string;
  readonly cleanups: Cleanups;
  readonly signal: AbortSignal;
}

/**
 * A stage of our own: every variant has a process, a redis-server and a proxy to itself, so that
 * none pays for another; the primary is one process with a lane for each.
 */
export async function openVariantsStage(options: VariantsStageOptions): Promise<Stage> {
  const { file, cleanups, signal } = options;
  const primary = file.primary && (await openPrimary(file, file.primary.command, options));
  const seats = await settleAll(
    file.variants.map((spec) =>
      openSeat(options, (redisUrl) => {
        const primaryUrl = primary?.laneUrl(spec.name) ?? null;
        const place = { folder: file.folder, redisUrl, client: options.client, primaryUrl };
        return new Variant(spec, place, signal);
      }),
    ),
  );
  const variants = seats.map(({ variant }) => variant);
  cleanups.add(async () => {
    await Promise.all(variants.map((variant) => variant.stop()));
  });

  return {
    subjects: seats.map(({ variant }, index) => subjectOf(variant, index, file.load.path)),
    backends: seats.map(({ server, proxy }) => ({ server, proxy })),
    redisVersion: await versionOf(seats[0]?.server),
    async prepare(tired) {
      await settleAll(seats.map((seat) => refresh(seat, tired)));
    },
    async reboot() {
      await Promise.all(variants.map((variant) => variant.stop()));
      const slowestMs = Math.max(...variants.map(({ bootMs }) => bootMs));
      for (const variant of variants) variant.launch();
      const patienceMs = Math.max(rebootMinMs, 2 * slowestMs);
      await Promise.all(variants.map((variant) => variant.listens(patienceMs)));
    },
    resetPrimary: async () => primary?.reset(),
    primaryCounts: async () => (await primary?.counts()) ?? new Map(),
    async probeProxy() {
      const [seat] = seats;
      if (seat === undefined) return null;
      const host = "127.0.0.1";
      return proxyOverhead({ host, port: seat.server.port }, { host, port: seat.proxy.port });
    },
  };
}

async function openPrimary(
  file: VariantsFile,
  command: readonly string[],
  { cleanups, signal }: VariantsStageOptions,
): Promise<Primary> {
  const lanes = file.variants.map(({ name }) => name);
  const primary = await Primary.start({ command, folder: file.folder, lanes, signal });
  cleanups.add(() => primary.stop());
  return primary;
}

async function openSeat(
  { cleanups }: VariantsStageOptions,
  createVariant: (redisUrl: string) => Variant,
): Promise<Seat> {
  const server = await startServer();
  cleanups.add(() => server.close());
  const proxy = await startProxy({ upstreamPort: server.port });
  cleanups.add(() => proxy.close());
  return { server, proxy, variant: createVariant(`redis://127.0.0.1:${proxy.port}`) };
}

async function startServer(): Promise<RedisServer> {
  try {
    return await startRedis();
  } catch (error) {
    if (error instanceof TestbedError) throw unreachableError(error.message);
    throw error;
  }
}

async function refresh(
  { variant, server, proxy }: Seat,
  tired: ReadonlySet<string>,
): Promise<void> {
  await proxy.clear();
  if (variant.running && !tired.has(variant.spec.name)) {
    await server.command("FLUSHALL");
    await server.command("SCRIPT", "FLUSH");
  } else {
    await variant.stop();
    await server.restart({ empty: true });
    await variant.start();
  }
  variant.beginFault();
}

function subjectOf(variant: Variant, backend: number, path: string): Subject {
  const { name, description, footnoteOf, judged } = variant.spec;
  return {
    name,
    description,
    footnoteOf,
    judged,
    backend,
    get url() {
      return `http://127.0.0.1:${variant.port}${path}`;
    },
    breakerEntries: () => variant.breaker.entries,
    reportsBreaker: () => variant.breaker.reports,
    restarts: () => variant.restarts,
  };
}

async function versionOf(server: RedisServer | undefined): Promise<string> {
  const info = String(await server?.command("INFO", "server"));
  return /redis_version:(\S+)/.exec(info)?.[1] ?? "unknown";
}

/**
 * Waits for all before it fails with the first failure: what the others have begun by then must be
 * there for the cleanup.
 */
async function settleAll<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
