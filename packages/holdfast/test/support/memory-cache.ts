import { createCache } from "../../src/cache/cache.ts";
import type { CacheOptions } from "../../src/cache/options.ts";
import type { Cache } from "../../src/cache/types.ts";
import { FakeClock } from "./fake-clock.ts";

export function memoryCache(options: Partial<CacheOptions> = {}): {
  cache: Cache;
  clock: FakeClock;
} {
  const clock = new FakeClock();
  const cache = createCache({ namespace: "test", ttlMs: 1_000, jitter: 0, clock, ...options });
  return { cache, clock };
}

/** A loader that counts, and takes as long as it is told on the clock. */
export function counting(
  clock: FakeClock,
  ms = 0,
): { load: () => Promise<number>; calls: () => number } {
  let calls = 0;
  return {
    load: async () => {
      const call = ++calls;
      if (ms > 0) await new Promise<void>((resolve) => clock.schedule(resolve, ms));
      return call;
    },
    calls: () => calls,
  };
}
