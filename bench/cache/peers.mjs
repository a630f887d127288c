/*
 * What a Node.js application would use instead of holdfast/cache, each as its documentation shows it
 * and with its defaults, behind one interface:
 *
 *   open({ port, layers, ttlMs, patienceMs? }) -> { getOrSet(key, load), set(key, value), delete(key),
 *     deleteByTag?(tag), setTagged?(key, value, tags), getMany?(keys, loadMissing), close() }
 *
 * `layers` is "memory", "redis" or "both". A peer leaves out what it cannot do.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import cachified from "@epic-web/cachified";
import KeyvRedis from "@keyv/redis";
import { createCache as createDedupe } from "async-cache-dedupe";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { redisDriver } from "bentocache/drivers/redis";
import { createCache as createManager } from "cache-manager";
import { Cacheable, CacheableMemory } from "cacheable";
import { protect, recommendedOptions } from "holdfast";
import { createCache } from "holdfast/cache";
import { Redis } from "ioredis";
import Keyv from "keyv";
import { LRUCache } from "lru-cache";
import { createClient } from "redis";

const entries = 20_000;
const swallow = () => undefined;

function nodeRedis(options) {
  const client = createClient(options).on("error", swallow);
  // Not awaited: with no server there it does not settle.
  client.connect().catch(swallow);
  return client;
}

function ioredis(port) {
  return new Redis(port, "127.0.0.1").on("error", swallow);
}

function holdfast(connect) {
  return async ({ port, layers, ttlMs, patienceMs = 50 }) => {
    const redis = layers === "memory" ? undefined : connect(port);
    const cache = createCache({
      ...(redis === undefined ? {} : { redis }),
      namespace: "bench",
      // The machine of a bench is busy: a miss for want of patience would not be the cache at work.
      redisTimeoutMs: patienceMs,
      ttlMs,
      graceMs: ttlMs,
      memory: layers === "redis" ? false : { maxEntries: entries },
    });
    return {
      getOrSet: (key, load) => cache.getOrSet(key, load),
      set: (key, value) => cache.set(key, value),
      setTagged: (key, value, tags) => cache.set(key, value, { tags }),
      delete: (key) => cache.delete(key),
      deleteByTag: (tag) => cache.deleteByTag(tag),
      getMany: (keys, load) => cache.getOrSetMany(keys, load),
      stats: () => cache.stats(),
      async close() {
        await cache.close();
        if (redis?.destroy !== undefined) redis.destroy();
        else redis?.disconnect();
      },
    };
  };
}

export const peers = {
  holdfast: {
    package: "holdfast",
    open: holdfast((port) => {
      const url = `redis://127.0.0.1:${port}`;
      return protect(nodeRedis(recommendedOptions("node-redis", { url })));
    }),
  },
  "holdfast, ioredis": {
    package: "holdfast",
    open: holdfast((port) => protect(ioredis(port))),
  },
  bentocache: {
    package: "bentocache",
    async open({ port, layers, ttlMs }) {
      const connection = layers === "memory" ? undefined : ioredis(port);
      let store = bentostore({ ttl: ttlMs, grace: ttlMs });
      if (layers !== "redis") store = store.useL1Layer(memoryDriver({ maxItems: entries }));
      if (connection !== undefined) store = store.useL2Layer(redisDriver({ connection }));
      const cache = new BentoCache({ default: "only", stores: { only: store } });
      return {
        getOrSet: (key, factory) => cache.getOrSet({ key, factory }),
        set: (key, value) => cache.set({ key, value }),
        setTagged: (key, value, tags) => cache.set({ key, value, tags }),
        delete: (key) => cache.delete({ key }),
        deleteByTag: (tag) => cache.deleteByTag({ tags: [tag] }),
        async close() {
          connection?.disconnect();
        },
      };
    },
  },
  cacheable: {
    package: "cacheable",
    async open({ port, layers, ttlMs }) {
      const redis = layers === "memory" ? undefined : keyvRedis(port);
      const primary = layers === "redis" ? redis : undefined;
      const secondary = layers === "both" ? redis : undefined;
      const cache = new Cacheable({ primary, secondary, ttl: ttlMs });
      cache.on("error", swallow);
      return {
        getOrSet: (key, load) => cache.getOrSet(key, load),
        set: (key, value) => cache.set(key, value),
        delete: (key) => cache.delete(key),
        getMany: (keys) => cache.getMany(keys),
        close: async () => closeKeyv(redis),
      };
    },
  },
  "cache-manager": {
    package: "cache-manager",
    async open({ port, layers, ttlMs }) {
      const redis = layers === "memory" ? undefined : keyvRedis(port);
      const stores = [];
      if (layers !== "redis") {
        stores.push(new Keyv({ store: new CacheableMemory({ lruSize: entries }) }));
      }
      if (redis !== undefined) stores.push(new Keyv({ store: redis }));
      for (const store of stores) store.on("error", swallow);
      const cache = createManager({ stores, ttl: ttlMs });
      return {
        getOrSet: (key, load) => cache.wrap(key, load),
        set: (key, value) => cache.set(key, value),
        delete: (key) => cache.del(key),
        getMany: (keys) => cache.mget(keys),
        close: async () => closeKeyv(redis),
      };
    },
  },
  cachified: {
    package: "@epic-web/cachified",
    async open({ port, layers, ttlMs }) {
      const client =
        layers === "memory" ? undefined : nodeRedis({ url: `redis://127.0.0.1:${port}` });
      const memory = new LRUCache({ max: entries });
      // Its Redis adapter is a package of its own, and no more than this.
      const redisCache = {
        get: async (key) => {
          const text = await client.get(key);
          return text === null ? null : JSON.parse(text);
        },
        set: (key, value) => client.set(key, JSON.stringify(value), { PX: 2 * ttlMs }),
        delete: (key) => client.del(key),
      };
      // It has one layer: two make a chain, as its documentation says.
      const outer = layers === "redis" ? redisCache : memory;
      const options = { ttl: ttlMs, swr: 0 };
      const inner = (key, load) =>
        cachified({ key, cache: redisCache, getFreshValue: load, ...options });
      return {
        getOrSet: (key, load) =>
          cachified({
            key,
            cache: outer,
            getFreshValue: layers === "both" ? () => inner(key, load) : load,
            ...options,
          }),
        set: async (key, value) => {
          const entry = { value, metadata: { createdTime: Date.now(), ttl: ttlMs, swr: 0 } };
          if (layers !== "redis") memory.set(key, entry);
          if (layers !== "memory") await redisCache.set(key, entry);
        },
        delete: async (key) => {
          memory.delete(key);
          if (layers !== "memory") await redisCache.delete(key);
        },
        close: async () => client?.destroy(),
      };
    },
  },
  "async-cache-dedupe": {
    package: "async-cache-dedupe",
    async open({ port, layers, ttlMs }) {
      const client = layers === "memory" ? undefined : ioredis(port);
      const ttl = ttlMs / 1_000;
      const memory = { type: "memory", options: { size: entries, invalidation: true } };
      const redis = {
        type: "redis",
        options: { client, invalidation: { referencesTTL: 2 * ttl } },
      };
      // It has one layer, and its functions are defined once: the loader waits here for its key.
      const loaders = new Map();
      const options = {
        references: (key) => [`key:${key}`, `tag:${key.split("#")[1] ?? ""}`],
      };
      const inner = createDedupe({ ttl, storage: redis.options.client ? redis : memory });
      inner.define("load", options, (key) => loaders.get(key)());
      const outer = layers === "both" ? createDedupe({ ttl, storage: memory }) : inner;
      if (layers === "both") outer.define("load", options, (key) => inner.load(key));
      const invalidate = async (references) => {
        if (layers === "both") await outer.invalidateAll(references);
        await inner.invalidateAll(references);
      };
      return {
        getOrSet: (key, load) => {
          loaders.set(key, load);
          return outer.load(key);
        },
        delete: (key) => invalidate([`key:${key}`]),
        deleteByTag: (tag) => invalidate([`tag:${tag}`]),
        setTagged: (key, value, [tag]) => {
          loaders.set(`${key}#${tag}`, async () => value);
          return outer.load(`${key}#${tag}`);
        },
        close: async () => client?.disconnect(),
      };
    },
  },
};

function keyvRedis(port) {
  const redis = new KeyvRedis(`redis://127.0.0.1:${port}`);
  redis.on("error", swallow);
  return redis;
}

function closeKeyv(redis) {
  // Its client may have been closed with the store above it.
  if (redis?.client?.isOpen) redis.client.destroy();
}

const require = createRequire(import.meta.url);

/** The version of a peer as installed. */
export function versionOf(name) {
  const folder = require.resolve.paths(name).map((path) => `${path}/${name}/package.json`);
  for (const file of folder) {
    try {
      return JSON.parse(readFileSync(file, "utf8")).version;
    } catch {
      // In a folder further up.
    }
  }
  return "?";
}

/** What is cached: half a kilobyte of JSON. */
export const productOf = (key) => ({
  id: key,
  name: "Kelp lantern",
  price: 4_200,
  tags: ["lamp", "kelp", "storm"],
  text: "x".repeat(400),
});
