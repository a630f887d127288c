import { isSupportedClient } from "../clients/index.ts";
import { type Clock, type Random, systemClock, validateOptions } from "../core/index.ts";
import type { Rule, RulesOf } from "../core/options.ts";
import { callback, durationMs, having, integer, nested, ratio, text } from "../core/rules.ts";
import type { RecoveryReport } from "./recovery/recovery.ts";
import { jsonSerializer, type Serializer } from "./serializer.ts";

export interface MemoryOptions {
  /** Values kept in memory at most; the least recently used goes first. Default 10,000, from 1. */
  readonly maxEntries?: number;
  /**
   * Bytes kept in memory at most, counted as the length of key and serialised value and 300 for
   * each. A value of more than all of it is not kept. Default 64 MiB, from 1,024.
   */
  readonly maxBytes?: number;
  /**
   * How long a value in memory counts as fresh when Redis cannot tell of changes (key-tracking is
   * refused, or Redis is away). Afterwards it is checked against Redis, or loaded. Default 5,000.
   */
  readonly ttlMs?: number;
}

export interface LoaderOptions {
  /**
   * How long a caller waits for a load when a stale value is at hand; then the stale one is given
   * and the load goes on in the background. Default 50, from 0.
   */
  readonly softTimeoutMs?: number;
  /**
   * How long a load may take, its wait for a place included. Then its signal is aborted and its
   * callers get a stale value, their `default`, or `HOLDFAST_DEADLINE`. Default 5,000, from 1.
   */
  readonly timeoutMs?: number;
  /**
   * Loads that run at once, over all keys. Default 24: enough to keep a primary of eight connections
   * at work in spite of the way there and back, and few enough that three processes with a cold
   * cache do not fill its queue of 64. From 1.
   */
  readonly maxConcurrent?: number;
  /**
   * Loads that wait for a place; further ones are shed with a stale value, a `default` or
   * `HOLDFAST_OVERLOADED`. The primary never sees them. Default 256, from 0.
   */
  readonly maxQueue?: number;
}

export interface CacheOptions {
  /**
   * A node-redis or ioredis client, guarded by `protect()` or not: one that is not is guarded here
   * with the guard's defaults, so that no command of it can hang. It is not closed by the cache.
   * Left out, the cache lives in memory alone.
   */
  readonly redis?: object;
  /**
   * What every key of this cache begins with in Redis: 1 to 64 of the characters a-z, A-Z, 0-9,
   * `_`, `.` and `-`. Processes with the same namespace share their values.
   */
  readonly namespace: string;
  /** How long a value counts as fresh, in milliseconds, from 1. */
  readonly ttlMs: number;
  /**
   * How long after `ttlMs` a value may still be given when the loader fails, is slow or is shed, in
   * milliseconds. Default 0.
   */
  readonly graceMs?: number;
  /** Each time to live is shortened at random by up to this fraction. Default 0.1, from 0 to 1. */
  readonly jitter?: number;
  /** How long any one operation on Redis may take. Default 50, from 1. */
  readonly redisTimeoutMs?: number;
  /** The memory layer; `false` turns it off, and every read then goes to Redis. */
  readonly memory?: MemoryOptions | false;
  readonly loader?: LoaderOptions;
  /**
   * How long the answer "there is none" (a loader's `undefined`) is kept, in milliseconds.
   * Default 0: it is not.
   */
  readonly negativeTtlMs?: number;
  /** Default: JSON. All processes of a namespace must use the same. */
  readonly serializer?: Serializer;
  /**
   * Where deletions that wait for Redis are written down, so that they outlive the process: a path,
   * made if it is missing. Processes of one machine may share it; machines and containers may not.
   * Left out, they are kept in memory alone.
   */
  readonly spoolDirectory?: string;
  /** Called when Redis has been told of everything that it missed in an outage. */
  readonly onRecovery?: (report: RecoveryReport) => void;
  /** For tests. Default: the process's monotonic clock. */
  readonly clock?: Clock;
  /** For tests. Default: `Math.random`. */
  readonly random?: Random;
}

export interface ResolvedOptions {
  readonly redis: object | undefined;
  readonly namespace: string;
  readonly ttlMs: number;
  readonly graceMs: number;
  readonly jitter: number;
  readonly redisTimeoutMs: number;
  readonly memory: Required<MemoryOptions> | false;
  readonly loader: Required<LoaderOptions>;
  readonly negativeTtlMs: number;
  readonly serializer: Serializer;
  readonly spoolDirectory: string | undefined;
  readonly onRecovery: ((report: RecoveryReport) => void) | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

export interface CacheDefaults {
  readonly graceMs: number;
  readonly jitter: number;
  readonly redisTimeoutMs: number;
  readonly negativeTtlMs: number;
  readonly memory: Required<MemoryOptions>;
  readonly loader: Required<LoaderOptions>;
}

/** Every default of `createCache`. Durations are in milliseconds. */
export const cacheDefaults: CacheDefaults = {
  graceMs: 0,
  jitter: 0.1,
  redisTimeoutMs: 50,
  negativeTtlMs: 0,
  memory: {
    maxEntries: 10_000,
    maxBytes: 64 * 1024 * 1024,
    ttlMs: 5_000,
  },
  loader: {
    softTimeoutMs: 50,
    timeoutMs: 5_000,
    maxConcurrent: 24,
    maxQueue: 256,
  },
};

const client: Rule = {
  expected: "a node-redis or ioredis client",
  // A URL in its place is the likeliest mistake, and holds a password.
  secret: true,
  accepts: isSupportedClient,
};

export const namePattern: RegExp = /^[\w.-]{1,64}$/;

/** A namespace's name. */
export const name: Rule = text({
  pattern: namePattern,
  expected: "1 to 64 of the characters a-z, A-Z, 0-9, _, . and -",
});

const memoryRules: RulesOf<MemoryOptions> = {
  maxEntries: integer({ min: 1, max: 2 ** 24 }),
  maxBytes: integer({ min: 1024 }),
  ttlMs: durationMs({ min: 1 }),
};

const loaderRules: RulesOf<LoaderOptions> = {
  softTimeoutMs: durationMs(),
  timeoutMs: durationMs({ min: 1 }),
  maxConcurrent: integer({ min: 1 }),
  maxQueue: integer(),
};

/** The longest life of a value: beyond it a Redis expiry and a JavaScript date lose meaning. */
const lifetimeMaxMs = 10 * 365 * 24 * 3_600_000;

/** The rules of a time to live; longer ones than a timer can hold are right, nothing waits for them. */
export const ttlRule: Rule = durationMs({ min: 1, max: lifetimeMaxMs });
export const graceRule: Rule = durationMs({ max: lifetimeMaxMs });

const rules: RulesOf<CacheOptions> = {
  redis: client,
  namespace: { ...name, required: true },
  ttlMs: { ...ttlRule, required: true },
  graceMs: graceRule,
  jitter: ratio(),
  redisTimeoutMs: durationMs({ min: 1 }),
  memory: nested(memoryRules, { orFalse: true }),
  loader: nested(loaderRules),
  negativeTtlMs: graceRule,
  serializer: having("serialize", "deserialize"),
  spoolDirectory: text({ expected: "a path" }),
  onRecovery: callback,
  clock: having("now", "schedule", "cancel"),
  random: callback,
};

/** Validates the options whole and fills in the defaults; throws `HOLDFAST_OPTIONS`. */
export function resolveOptions(options: CacheOptions): ResolvedOptions {
  validateOptions("createCache", options, rules);
  const { memory } = options;
  return {
    redis: options.redis,
    namespace: options.namespace,
    ttlMs: options.ttlMs,
    graceMs: options.graceMs ?? cacheDefaults.graceMs,
    jitter: options.jitter ?? cacheDefaults.jitter,
    redisTimeoutMs: options.redisTimeoutMs ?? cacheDefaults.redisTimeoutMs,
    memory: memory === false ? false : filled<MemoryOptions>(cacheDefaults.memory, memory),
    loader: filled<LoaderOptions>(cacheDefaults.loader, options.loader),
    negativeTtlMs: options.negativeTtlMs ?? cacheDefaults.negativeTtlMs,
    serializer: options.serializer ?? jsonSerializer,
    spoolDirectory: options.spoolDirectory,
    onRecovery: options.onRecovery,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
}

/** The defaults, with what was given over them; an option given as `undefined` was left out. */
function filled<T extends object>(defaults: Required<T>, given: T | undefined): Required<T> {
  const isGiven = ([, value]: [string, unknown]): boolean => value !== undefined;
  return { ...defaults, ...Object.fromEntries(Object.entries(given ?? {}).filter(isGiven)) };
}
