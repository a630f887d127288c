/** How L1 is kept in step with what other processes write. */
export type CoherenceMode =
  /** Redis tells of every change (key-tracking). */
  | "tracking"
  /** Nothing tells: a value in memory counts as fresh for `memory.ttlMs`, then it is checked. */
  | "ttl"
  /** There is no memory layer, or no Redis: nothing to keep in step. */
  | "none";

/** Counted from the cache's making on, namespaces included. */
export interface CacheStats {
  readonly namespace: string;
  readonly hits: { readonly memory: number; readonly redis: number };
  /** Answers with a value past its time to live, because the loader failed, was shed or was slow. */
  readonly stale: number;
  /** Calls that found nothing fresh in memory or Redis. */
  readonly misses: number;
  readonly loads: {
    readonly succeeded: number;
    readonly failed: number;
    /** Refused because `maxConcurrent` ran and `maxQueue` waited. */
    readonly shed: number;
    readonly running: number;
    readonly waiting: number;
  };
  readonly memory: { readonly entries: number; readonly bytes: number } | null;
  readonly redis: {
    /** Whether operations are sent; false while Redis keeps failing and is only probed. */
    readonly available: boolean;
    /** Operations that failed or took longer than `redisTimeoutMs`. */
    readonly failures: number;
    /** Stores that Redis refused because the value had been invalidated after the load began. */
    readonly outdatedStores: number;
    /** Keys whose bytes were not written by this cache, or were damaged: each read as a miss. */
    readonly foreign: number;
    /**
     * Replies that held another key's value: the connection's replies are out of step with its
     * commands. None is served; the callers' values are loaded. A new connection ends it.
     */
    readonly crossed: number;
  } | null;
  /** Values from loaders that the serializer could not take: given to the callers, not stored. */
  readonly unserialisable: number;
  readonly coherence: {
    readonly mode: CoherenceMode;
    /** Why it is not `tracking`, where it could be. */
    readonly reason: string | null;
    /** How often word of changes was interrupted. */
    readonly gaps: number;
  };
  readonly recovery: {
    /** Deletions and invalidations that wait for Redis to be back. */
    readonly pending: number;
    /** The record was full: the whole namespace will be invalidated instead. */
    readonly overflowed: boolean;
    /** Whether they outlive the process: there is a `spoolDirectory`, and it can be written. */
    readonly spooled: boolean;
  };
}

/** The counters behind {@link CacheStats}; one object, so that a count is one increment. */
export class Counters {
  memoryHits = 0;
  redisHits = 0;
  stale = 0;
  misses = 0;
  loads = 0;
  loadFailures = 0;
  shed = 0;
  redisFailures = 0;
  outdatedStores = 0;
  foreign = 0;
  crossed = 0;
  unserialisable = 0;
}
