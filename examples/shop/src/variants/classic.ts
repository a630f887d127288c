import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  type IPolicy,
} from "cockatiel";
import { Redis } from "ioredis";
import { createClient } from "redis";
import type { Product } from "../product.ts";
import { type BreakerState, productKey, productTtlSeconds, type Variant } from "../settings.ts";

/** What articles on resilient Redis use agree on. */
const advice = {
  connectTimeoutMs: 2_000,
  callTimeoutMs: 2_000,
  attempts: 3,
  firstDelayMs: 500,
  factor: 2,
  consecutiveFailures: 5,
} as const;

interface Store {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
}

const breakerStates: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: "closed",
  [CircuitState.Open]: "open",
  [CircuitState.HalfOpen]: "half-open",
  [CircuitState.Isolated]: "isolated",
};

/**
 * Client time-outs, retries with backoff, a circuit breaker around them and a fallback to the
 * primary, each set as good articles advise.
 */
export function classic({ halfOpenAfterMs }: { readonly halfOpenAfterMs: number }): Variant {
  return async ({ redisUrl, client, findInPrimary, reportBreaker }) => {
    const store = client === "ioredis" ? withIoredis(redisUrl) : withNodeRedis(redisUrl);
    const breaker = circuitBreaker(handleAll, {
      halfOpenAfter: halfOpenAfterMs,
      breaker: new ConsecutiveBreaker(advice.consecutiveFailures),
    });
    breaker.onStateChange((state) => reportBreaker(breakerStates[state]));
    reportBreaker("closed");

    return async (id) => {
      const cached = await guarded(breaker, () => store.get(productKey(id))).catch(() => null);
      if (cached !== null) return JSON.parse(cached) as Product;
      const product = await findInPrimary(id);
      if (product !== undefined) {
        const body = JSON.stringify(product);
        guarded(breaker, () => store.set(productKey(id), body)).catch(() => undefined);
      }
      return product;
    };
  };
}

function guarded<T>(breaker: IPolicy, call: () => Promise<T>): Promise<T> {
  return breaker.execute(() => retried(() => raced(call())));
}

async function retried<T>(call: () => Promise<T>): Promise<T> {
  let delayMs: number = advice.firstDelayMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === advice.attempts) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    delayMs *= advice.factor;
  }
}

function raced<T>(call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("Redis call timed out")), advice.callTimeoutMs);
  });
  return Promise.race([call, timeout]).finally(() => clearTimeout(timer));
}

function withNodeRedis(url: string): Store {
  const client = createClient({ url, socket: { connectTimeout: advice.connectTimeoutMs } });
  client.on("error", (error) => console.log("Redis Client Error", error));
  client.connect().catch((error: unknown) => console.log("Redis is not there yet", error));
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value, { EX: productTtlSeconds }),
  };
}

function withIoredis(url: string): Store {
  const redis = new Redis(url, { connectTimeout: advice.connectTimeoutMs });
  redis.on("error", (error) => console.log("Redis Client Error", error));
  return {
    get: (key) => redis.get(key),
    set: (key, value) => redis.set(key, value, "EX", productTtlSeconds),
  };
}
