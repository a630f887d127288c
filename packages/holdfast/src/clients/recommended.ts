import { HoldfastError } from "../core/index.ts";
import type { ClientLibrary } from "./kind.ts";

/**
 * Longest time to establish a socket, in milliseconds. The guard gives up an attempt after half a
 * second itself; for TLS only this option frees the socket under it.
 */
const connectTimeoutMs = 500;

/** A peer that vanished without a word is noticed on an idle connection after this, in milliseconds. */
const keepAliveMs = 5_000;

/** Shorter than the idle time-outs of load balancers and firewalls, in milliseconds. */
const idlePingMs = 60_000;

/** Longest pause of the fallback strategies below, in milliseconds. */
const reconnectCapMs = 500;

/** How long a loading server is left alone before the next look, in milliseconds. */
const loadingRetryMs = 250;

/** What {@link recommendedOptions} sets for node-redis, with the reason of each. */
export interface RecommendedNodeRedisOptions {
  readonly socket: {
    /** 500: the default of 5 s makes a recovery over TLS as slow as that. */
    readonly connectTimeout: number;
    /** Finds peers that are gone, where nothing is sent: subscribers above all. */
    readonly keepAlive: true;
    /** 5000, as `keepAlive`. */
    readonly keepAliveInitialDelay: number;
    /** The guard reconnects; this serves when it is closed or off. Jittered, at most 500 ms. */
    readonly reconnectStrategy: (retries: number) => number;
  };
  /** No time-out of the client's: it ends with the write, and costs an AbortSignal per command. */
  readonly commandOptions: { readonly timeout: number };
  /** True: a command that waits in the client runs later, when its caller has given up long ago. */
  readonly disableOfflineQueue: true;
  /** 60000: keeps idle connections open through load balancers. */
  readonly pingInterval: number;
}

/** What {@link recommendedOptions} sets for ioredis, with the reason of each. */
export interface RecommendedIoredisOptions {
  /** 500, where the default is 10 s. */
  readonly connectTimeout: number;
  /** 5000: finds peers that are gone, where nothing is sent. */
  readonly keepAlive: number;
  /** False: the client would run an INCR twice whose reply was lost. */
  readonly autoResendUnfulfilledCommands: false;
  /** False: a command that waits in the client runs later, when its caller has given up long ago. */
  readonly enableOfflineQueue: false;
  /** Null: the guard empties the queues at every loss, and BullMQ wants null. */
  readonly maxRetriesPerRequest: null;
  /** 250: the server's own estimate of its loading time is never below a second. */
  readonly maxLoadingRetryTime: number;
  /** The guard paces; this serves when it is closed or off. Jittered, at most 500 ms. */
  readonly retryStrategy: (times: number) => number;
}

/**
 * Options for a client that will be guarded. They are optional: `protect()` replaces what would
 * defeat it anyway, but for TLS sockets and idle connections only the client can be told.
 *
 * For a cluster or sentinel of node-redis they are the `defaults` or `nodeClientOptions`, for a
 * Cluster of ioredis the `redisOptions`; a pool takes them as its client options.
 *
 * @param overrides - Your own options; they win, member by member also within `socket`.
 * @throws HoldfastError `HOLDFAST_OPTIONS` for another client library.
 */
export function recommendedOptions<Overrides extends object = object>(
  client: "node-redis",
  overrides?: Overrides,
): RecommendedNodeRedisOptions & Overrides;
export function recommendedOptions<Overrides extends object = object>(
  client: "ioredis",
  overrides?: Overrides,
): RecommendedIoredisOptions & Overrides;
export function recommendedOptions(client: ClientLibrary, overrides: object = {}): object {
  if (client === "node-redis") return merged(nodeRedisOptions, overrides);
  if (client === "ioredis") return merged(ioredisOptions, overrides);
  throw new HoldfastError(
    "HOLDFAST_OPTIONS",
    `recommendedOptions: client is ${JSON.stringify(client)}, expected "node-redis" or "ioredis"`,
  );
}

const nodeRedisOptions: RecommendedNodeRedisOptions = {
  socket: {
    connectTimeout: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
    reconnectStrategy,
  },
  commandOptions: { timeout: 0 },
  disableOfflineQueue: true,
  pingInterval: idlePingMs,
};

const ioredisOptions: RecommendedIoredisOptions = {
  connectTimeout: connectTimeoutMs,
  keepAlive: keepAliveMs,
  autoResendUnfulfilledCommands: false,
  enableOfflineQueue: false,
  maxRetriesPerRequest: null,
  maxLoadingRetryTime: loadingRetryMs,
  retryStrategy: reconnectStrategy,
};

function reconnectStrategy(attempt: number): number {
  const ceiling = Math.min(reconnectCapMs, 25 * 2 ** Math.min(attempt, 10));
  return ceiling * (0.5 + Math.random() * 0.5);
}

function merged(options: object, overrides: object): object {
  const result: Record<string, unknown> = { ...options };
  for (const [name, value] of Object.entries(overrides)) {
    const own = result[name];
    result[name] = isPlainObject(own) && isPlainObject(value) ? { ...own, ...value } : value;
  }
  return result;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
