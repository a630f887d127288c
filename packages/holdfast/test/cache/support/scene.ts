import { isDeepStrictEqual } from "node:util";
import { type FaultProxy, type RedisServer, startProxy, startRedis } from "@holdfast/testbed";
import {
  type Cache,
  type CacheOptions,
  createCache,
  type WriteOutcome,
} from "../../../src/cache/index.ts";
import { protect } from "../../../src/index.ts";
import type { Connect } from "./clients.ts";

/** A real Redis behind a fault proxy, and caches on it that stand for several processes. */
export class Scene {
  readonly server: RedisServer;
  readonly proxy: FaultProxy;
  readonly #connect: Connect;
  readonly #closers: (() => unknown)[] = [];

  private constructor(server: RedisServer, proxy: FaultProxy, connect: Connect) {
    this.server = server;
    this.proxy = proxy;
    this.#connect = connect;
  }

  static async start(connect: Connect): Promise<Scene> {
    const server = await startRedis();
    return new Scene(server, await startProxy({ upstreamPort: server.port }), connect);
  }

  /** A cache with a client of its own, through the proxy unless told otherwise. */
  async cache(options: Partial<CacheOptions> = {}, port = this.proxy.port): Promise<Cache> {
    const { client, close } = await this.#connect(port);
    // A patient cache needs a patient guard below it.
    const patience = options.redisTimeoutMs;
    if (patience !== undefined && patience > 1_000) {
      protect(client, { attemptTimeoutMs: patience, deadlineMs: 2 * patience });
    }
    const cache = createCache({
      redis: client,
      namespace: "test",
      ttlMs: 60_000,
      jitter: 0,
      ...options,
    });
    this.#closers.push(() => cache.close(), close);
    return cache;
  }

  /** A cache that has already spoken with Redis. */
  async readyCache(options: Partial<CacheOptions> = {}, port?: number): Promise<Cache> {
    const cache = await this.cache(options, port);
    await applied(() => cache.set("ready", 1));
    return cache;
  }

  /** Back to a healthy, empty server without clients. */
  async reset(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
    await this.server.thaw();
    await this.proxy.clear();
    if (!this.server.alive) await this.server.restart();
    await this.server.command("FLUSHALL");
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
    await this.proxy.close();
    await this.server.close();
  }
}

/** Asks until the answer is yes; fails after ten seconds. */
export async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  while (!(await isDone())) {
    if (performance.now() > giveUpAt) throw new Error("did not come true within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Makes a change until Redis has it. On a busy machine the first may take longer than the cache waits
 * for Redis, and is then queued.
 */
export function applied(change: () => Promise<WriteOutcome>): Promise<void> {
  return until(async () => (await change()) === "applied");
}

/** Reads until the value comes: on a busy machine a read of Redis may be given up. */
export function reads(cache: Cache, key: string, value: unknown): Promise<void> {
  return until(async () => isDeepStrictEqual(await cache.get(key), value));
}

/** Resolves with how long it took, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
