import { guardOf, protect, recommendedOptions } from "holdfast";
import { createCache } from "holdfast/cache";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { type ClientKind, productKey, productTtlSeconds, type Variant } from "../settings.ts";

/** How long an old product is better than none. */
const graceMinutes = 10;

/** The same route through `protect()` and `createCache()`; `memory: false` leaves out L1. */
export function held({ memory }: { readonly memory: boolean }): Variant {
  return async ({ redisUrl, client: kind, findInPrimary, reportBreaker }) => {
    const redis = await connect(kind, redisUrl);
    const guard = guardOf(redis);
    reportBreaker(guard.state);
    guard.on("state", ({ to }) => reportBreaker(to));
    const cache = createCache({
      redis,
      namespace: "shop",
      ttlMs: productTtlSeconds * 1_000,
      graceMs: graceMinutes * 60_000,
      ...(memory ? {} : { memory: false }),
    });
    return (id) => cache.getOrSet(productKey(id), ({ signal }) => findInPrimary(id, signal));
  };
}

async function connect(kind: ClientKind, url: string) {
  if (kind === "ioredis") return protect(new Redis(url, recommendedOptions("ioredis")));
  const client = protect(createClient({ url, ...recommendedOptions("node-redis") }));
  await client.connect();
  return client;
}
