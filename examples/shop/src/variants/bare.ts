import { Redis } from "ioredis";
import { createClient } from "redis";
import type { Product } from "../product.ts";
import { productKey, productTtlSeconds, type Variant } from "../settings.ts";

interface Store {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
}

/** The client as the first page of its documentation shows it, 'error' listener included. */
export const bare: Variant = async ({ redisUrl, client, findInPrimary }) => {
  const store = client === "ioredis" ? withIoredis(redisUrl) : await withNodeRedis(redisUrl);
  return async (id) => {
    const cached = await store.get(productKey(id));
    if (cached !== null) return JSON.parse(cached) as Product;
    const product = await findInPrimary(id);
    if (product !== undefined) await store.set(productKey(id), JSON.stringify(product));
    return product;
  };
};

async function withNodeRedis(url: string): Promise<Store> {
  const client = await createClient({ url })
    .on("error", (error) => console.log("Redis Client Error", error))
    .connect();
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value, { EX: productTtlSeconds }),
  };
}

function withIoredis(url: string): Store {
  const redis = new Redis(url);
  redis.on("error", (error) => console.log("Redis Client Error", error));
  return {
    get: (key) => redis.get(key),
    set: (key, value) => redis.set(key, value, "EX", productTtlSeconds),
  };
}
