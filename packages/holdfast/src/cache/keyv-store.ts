import type { Cache } from "./types.ts";

/**
 * What Keyv asks of a storage adapter: version 5's contract, which version 6 takes too. It is written
 * out here so that Keyv need not be installed.
 */
export interface KeyvStore {
  /** Keyv's own; nothing in it is read. */
  opts: Record<string, unknown>;
  /** Set by Keyv. `clear()` reaches what was stored under the present one. */
  namespace?: string | undefined;
  get(key: string): Promise<unknown>;
  /** @param ttl - In milliseconds; left out, it is the cache's `ttlMs`: nothing lives for ever. */
  set(key: string, value: unknown, ttl?: number): Promise<boolean>;
  /** Whether there was a value. */
  delete(key: string): Promise<boolean>;
  has(key: string): Promise<boolean>;
  clear(): Promise<void>;
}

/**
 * A cache as the store of a Keyv, `new Keyv({ store: createKeyvStore(cache) })`: what stands on Keyv
 * gets the cache's memory, its time-outs and its recovery, and loses nothing to a dead Redis.
 *
 * Values live for the cache's `ttlMs` where Keyv names no time to live. The cache stays the caller's
 * to close. There is no `iterator()`: a cache does not know all of its keys.
 *
 * The methods reject as the cache's do; Keyv emits that as its `error` event.
 */
export function createKeyvStore(cache: Cache): KeyvStore {
  return new CacheStore(cache);
}

class CacheStore implements KeyvStore {
  opts: Record<string, unknown> = {};
  namespace: string | undefined;
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  get(key: string): Promise<unknown> {
    return this.#cache.get(key);
  }

  async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    const tags = this.namespace === undefined ? [] : [tagOf(this.namespace)];
    await this.#cache.set(key, value, ttl === undefined ? { tags } : { tags, ttlMs: ttl });
    return true;
  }

  async delete(key: string): Promise<boolean> {
    const wasThere = await this.#cache.has(key);
    await this.#cache.delete(key);
    return wasThere;
  }

  has(key: string): Promise<boolean> {
    return this.#cache.has(key);
  }

  async clear(): Promise<void> {
    if (this.namespace === undefined) await this.#cache.clear();
    else await this.#cache.deleteByTag(tagOf(this.namespace));
  }
}

/** A tag, not a namespace of the cache: Keyv's may have any characters. */
function tagOf(namespace: string): string {
  return `keyv:${namespace}`;
}
