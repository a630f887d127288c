import type { FindProduct } from "./product.ts";

export type ClientKind = "node-redis" | "ioredis";

/** What a variant is given: where things are, and the primary source behind the cache. */
export interface Settings {
  readonly redisUrl: string;
  readonly client: ClientKind;
  readonly findInPrimary: FindProduct;
  readonly reportBreaker: (state: BreakerState) => void;
}

export type BreakerState = "closed" | "open" | "half-open" | "isolated";

/** Makes the product lookup of one way of using Redis. */
export type Variant = (settings: Settings) => Promise<FindProduct>;

/** How long a product stays in Redis, in seconds; the same for every variant. */
export const productTtlSeconds = 60;

export function productKey(id: string): string {
  return `product:${id}`;
}
