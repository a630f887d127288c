import type { SentinelDeployment } from "@holdfast/testbed";
import { Cluster, Redis } from "ioredis";
import { createCluster, createSentinel } from "redis";

/** What these tests ask of a client, whichever library it is of. */
export interface TopologyClient {
  connect(): Promise<unknown>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
  incr(key: string): Promise<number>;
  del(key: string): Promise<number>;
  /** Increments the key and reads it in one batch. */
  pipeline(key: string): Promise<unknown>;
  /** The same in one transaction. */
  multi(key: string): Promise<unknown>;
  /** Watches the key, on the node that has it. */
  watch(key: string, way: WatchWay): Promise<unknown>;
  /** A list command; on a string it is an error. */
  push(key: string): Promise<unknown>;
  /** Reads keys of several slots, which a cluster refuses or splits up. */
  getAll(...keys: string[]): Promise<unknown>;
  evaluate(script: string, key?: string): Promise<unknown>;
  ping(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  subscribeSharded(channel: string, listener: (message: string) => void): Promise<unknown>;
  publish(channel: string, message: string): Promise<unknown>;
  publishSharded(channel: string, message: string): Promise<unknown>;
  duplicate(): TopologyClient;
  /** Ends the client at once. */
  end(): Promise<unknown>;
  /** Ends it after what is on its way. */
  quit(): Promise<unknown>;
  /** The client itself, for `protect()`. */
  readonly inner: object;
}

export type WatchWay = "method" | "raw" | "raw in lower case" | "pipeline";

export interface ClusterKind {
  readonly library: string;
  /** How keys can be watched with its client. */
  readonly watchWays: readonly WatchWay[];
  /** A client that is not guarded and does not connect yet. */
  create(ports: readonly number[]): TopologyClient;
}

export interface SentinelKind {
  readonly library: string;
  /**
   * A client that is not guarded and does not connect yet.
   *
   * @param map - Where it finds a data server in place of the port that the sentinels say.
   */
  create(deployment: SentinelDeployment, map?: (port: number) => number): TopologyClient;
}

export const nodeRedisSentinel: SentinelKind = {
  library: "node-redis",
  create: ({ name, sentinels }, map) =>
    nodeRedisClient(
      createSentinel({
        name,
        sentinelRootNodes: sentinels.map(({ port }) => ({ host: "127.0.0.1", port })),
        ...(map && { nodeAddressMap: (address: string) => mapped(address, map) }),
      }) as unknown as NodeRedisCluster,
    ),
};

export const ioredisSentinel: SentinelKind = {
  library: "ioredis",
  create: ({ name, sentinels }, map) =>
    ioredisClient(
      new Redis({
        name,
        sentinels: sentinels.map(({ port }) => ({ host: "127.0.0.1", port })),
        lazyConnect: true,
        ...(map && { natMap: (address) => mapped(address, map) }),
      }),
    ),
};

export const ioredisCluster: ClusterKind = {
  library: "ioredis",
  watchWays: ["method", "raw", "raw in lower case", "pipeline"],
  create: (ports) =>
    ioredisClient(
      new Cluster(
        ports.map((port) => ({ host: "127.0.0.1", port })),
        { lazyConnect: true, shardedSubscribers: true },
      ),
    ),
};

export const nodeRedisCluster: ClusterKind = {
  library: "node-redis",
  watchWays: ["raw", "raw in lower case"],
  create: (ports) =>
    nodeRedisClient(
      createCluster({ rootNodes: ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })) }),
    ),
};

function ioredisClient(client: Cluster | Redis): TopologyClient {
  return {
    inner: client,
    connect: () => client.connect(),
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value),
    incr: (key) => client.incr(key),
    del: (key) => client.del(key),
    pipeline: (key) => client.pipeline().incr(key).get(key).exec(),
    multi: (key) => client.multi().incr(key).get(key).exec(),
    watch: (key, way) => {
      if (way === "method") return client.watch(key);
      if (way === "pipeline") return client.pipeline().watch(key).exec();
      return client.call(way === "raw" ? "WATCH" : "watch", key);
    },
    push: (key) => client.lpush(key, "x"),
    getAll: (...keys) => client.mget(...keys),
    evaluate: (script, key) =>
      key === undefined ? client.eval(script, 0) : client.eval(script, 1, key),
    ping: () => client.ping(),
    subscribe: (channel, listener) => {
      client.on("message", (from, message) => {
        if (from === channel) listener(message);
      });
      return client.subscribe(channel);
    },
    subscribeSharded: (channel, listener) => {
      client.on("smessage", (from, message) => {
        if (from === channel) listener(message);
      });
      return client.ssubscribe(channel);
    },
    publish: (channel, message) => client.publish(channel, message),
    publishSharded: (channel, message) => client.spublish(channel, message),
    duplicate: () =>
      ioredisClient(
        client instanceof Cluster
          ? client.duplicate([], { lazyConnect: true })
          : client.duplicate({ lazyConnect: true }),
      ),
    end: async () => client.disconnect(),
    quit: () => client.quit(),
  };
}

function mapped(address: string, map: (port: number) => number) {
  return { host: "127.0.0.1", port: map(Number(address.split(":").at(-1))) };
}

type NodeRedisCluster = ReturnType<typeof createCluster>;

function nodeRedisClient(client: NodeRedisCluster): TopologyClient {
  return {
    inner: client,
    connect: () => client.connect(),
    get: (key) => client.get(key) as Promise<string | null>,
    set: (key, value) => client.set(key, value),
    incr: (key) => client.incr(key),
    del: (key) => client.del(key),
    pipeline: (key) => client.multi().incr(key).get(key).execAsPipeline(),
    multi: (key) => client.multi().incr(key).get(key).exec(),
    watch: (key, way) => client.sendCommand(key, false, [way === "raw" ? "WATCH" : "watch", key]),
    push: (key) => client.lPush(key, "x"),
    getAll: (...keys) => client.mGet(keys),
    evaluate: (script, key) => client.eval(script, { keys: key === undefined ? [] : [key] }),
    ping: () => client.ping(),
    subscribe: (channel, listener) => client.subscribe(channel, listener),
    subscribeSharded: (channel, listener) => client.sSubscribe(channel, listener),
    publish: (channel, message) => client.publish(channel, message),
    publishSharded: (channel, message) => client.sPublish(channel, message),
    duplicate: () => nodeRedisClient(client.duplicate() as unknown as NodeRedisCluster),
    end: async () => client.destroy(),
    quit: () => client.close(),
  };
}
