import type { CacheStats } from "./stats.ts";

/**
 * Whether an operation has reached Redis.
 *
 * - `applied`: Redis has it (or there is no Redis to reach).
 * - `queued`: Redis could not be reached in time. This process already acts on it, and Redis gets it
 *   as soon as it is back; until then other processes may still read what Redis had.
 */
export type WriteOutcome = "applied" | "queued";

/** What of the deletions and invalidations that waited for Redis became, when a cache was closed. */
export interface CloseReport {
  /** Never to be told to Redis: it keeps the old values until their time to live is over. */
  readonly lost: number;
  /** Written down in `spoolDirectory`: the next process that opens it tells Redis. */
  readonly spooled: number;
}

/** What a loader is given. */
export interface LoaderContext<T = unknown> {
  /** Aborted when the load has run out of time; a loader that heeds it frees the primary sooner. */
  readonly signal: AbortSignal;
  /** The value that this load is to replace, when one is left; `undefined` otherwise. */
  readonly stale: T | undefined;
  /**
   * Sets this value's time to live in milliseconds. 0: it is given to the callers and not stored.
   *
   * @throws HoldfastError `HOLDFAST_OPTIONS` for anything but a number from 0.
   */
  ttl(ms: number): void;
  /** Adds tags, so that `deleteByTag` reaches this value. */
  tags(...names: readonly string[]): void;
  /**
   * Return this to say that `stale` is still right: it counts as fresh again.
   *
   * @throws HoldfastError `HOLDFAST_OPTIONS` when there is no stale value.
   */
  unchanged(): T;
}

/**
 * Fetches one value from the primary source. `undefined`: there is none.
 *
 * @typeParam Stale - What the context's `stale` is. It is a parameter of its own so that a loader
 * which takes its context apart, `({ signal }) => load(signal)`, still tells what it gives.
 */
export type Loader<T, Stale = T> = (context: LoaderContext<Stale>) => T | PromiseLike<T>;

/** Fetches several values at once. A key left out of the map has no value. */
export type ManyLoader<T> = (
  missing: readonly string[],
  context: ManyLoaderContext,
) => ReadonlyMap<string, T> | PromiseLike<ReadonlyMap<string, T>>;

export interface ManyLoaderContext {
  /** Aborted when the load has run out of time. */
  readonly signal: AbortSignal;
}

export interface SetOptions {
  /** Time to live in milliseconds, from 1. Default: the cache's `ttlMs`. */
  readonly ttlMs?: number;
  /** How long after `ttlMs` the value may still serve in need, in milliseconds. Default: the cache's. */
  readonly graceMs?: number;
  /** Names that `deleteByTag` takes; at most 64, each at most 1 KiB. */
  readonly tags?: readonly string[];
}

export interface ManyOptions extends SetOptions {
  /** Rejects the call with `signal.reason` when aborted; the load itself goes on for the others. */
  readonly signal?: AbortSignal;
}

export interface GetOrSetOptions<T> extends ManyOptions {
  /** What is given when the loader fails and nothing stale is left. It is not stored. */
  readonly default?: T;
}

export interface WrapOptions<A extends readonly unknown[], T> extends GetOrSetOptions<T> {
  /** The cache key of a call with these arguments. */
  readonly key: (...args: A) => string;
}

/**
 * A cache of two layers, process memory and Redis, that keeps answering when Redis does not.
 *
 * Values are what the serializer round-trips, frozen and shared between callers. Every method
 * rejects with a HoldfastError `HOLDFAST_KEY` for a key that is no string, empty or longer than
 * 64 KiB, and `HOLDFAST_CLOSED` after `close()`. No method rejects because Redis fails.
 */
export interface Cache {
  /**
   * Gives the cached value, or loads, stores and gives it. However many callers ask for a key at
   * once, one load runs.
   *
   * Rejects with the loader's own error when it fails and neither a stale value nor a `default` is
   * left, with `HOLDFAST_DEADLINE` when it did not settle in `loader.timeoutMs`, and with
   * `HOLDFAST_OVERLOADED` when too many loads run and wait already.
   *
   * The value's type is what the loader gives. Name it, `getOrSet<Article>(…)`, where the loader uses
   * `stale` or `unchanged()`: they are `unknown` otherwise.
   */
  getOrSet<T, Stale = T>(
    key: string,
    loader: Loader<T, Stale>,
    options?: GetOrSetOptions<T>,
  ): Promise<T>;
  /**
   * As many {@link Cache.getOrSet} in one round trip to Redis, and one load for all that is missing.
   * Keys without a value are not in the result.
   */
  getOrSetMany<T>(
    keys: readonly string[],
    loadMissing: ManyLoader<T>,
    options?: ManyOptions,
  ): Promise<Map<string, T>>;
  /** The fresh value, or `undefined`. */
  get<T>(key: string): Promise<T | undefined>;
  /** Whether `get` would give a value. */
  has(key: string): Promise<boolean>;
  /**
   * Stores a value; loads that are under way can no longer overwrite it.
   *
   * @throws HoldfastError `HOLDFAST_VALUE` when the serializer cannot take the value.
   */
  set<T>(key: string, value: T, options?: SetOptions): Promise<WriteOutcome>;
  /** Removes a value, its stale copy too; loads that are under way can no longer bring it back. */
  delete(key: string): Promise<WriteOutcome>;
  /** Makes the value stale now: it serves in need until its grace is over, and is loaded anew. */
  expire(key: string): Promise<WriteOutcome>;
  /** Removes every value with this tag, in one operation however many there are. */
  deleteByTag(tag: string): Promise<WriteOutcome>;
  /** Removes every value of this namespace and of those in it, in one operation. */
  clear(): Promise<WriteOutcome>;
  /**
   * A cache within this one: its own keys and its own `clear()`, the same memory and limits.
   *
   * @param name - 1 to 64 of the characters a-z, A-Z, 0-9, `_`, `.` and `-`.
   */
  namespace(name: string): Cache;
  /** A function that answers from the cache, and calls `fn` when it cannot. */
  wrap<A extends readonly unknown[], T>(
    fn: (...args: A) => T | PromiseLike<T>,
    options: WrapOptions<A, T>,
  ): (...args: A) => Promise<T>;
  /** What the whole cache did since it was made, as plain JSON. */
  stats(): CacheStats;
  /**
   * Stops the cache's own timers and connections. The client stays open: it is yours. Operations
   * that are under way settle, and Redis is told a last time of what it missed; the report says what
   * it could not be told. May be called more than once.
   */
  close(): Promise<CloseReport>;
}
