import type { RequiredMembers } from "../../required.ts";
import { requireMembers } from "../../required.ts";
import type { Callback, IoredisClient, IoredisCommand, IoredisPipeline } from "../members.ts";

export interface ClusterOptions {
  clusterRetryStrategy?: ((times: number, reason?: Error) => unknown) | null;
  retryDelayOnMoved?: number;
  slotsRefreshTimeout?: number;
  enableOfflineQueue?: boolean;
  readonly scaleReads?: unknown;
}

/** What the cluster keeps commands in that it cannot route yet. */
export interface OfflineQueue {
  readonly length: number;
  push(item: { readonly command: IoredisCommand }): unknown;
  shift(): { readonly command: IoredisCommand } | undefined;
}

/** The clients of the nodes, by `host:port`. */
export interface ConnectionPool {
  getNodes(role?: string): IoredisClient[];
  getInstanceByKey(key: string): IoredisClient | undefined;
  getSampleInstance(role: string): IoredisClient | undefined;
  removeNode(key: string): void;
  on(event: string, listener: (client: IoredisClient) => void): unknown;
  off(event: string, listener: (client: IoredisClient) => void): unknown;
}

/** The one connection of the cluster that is subscribed; it is replaced when it is lost. */
export interface ClusterSubscriber {
  connectionPool: Pick<ConnectionPool, "getNodes">;
  readonly subscriber: IoredisClient | null;
  readonly started?: boolean;
  selectSubscriber(): void;
}

/** The members of an ioredis Cluster that the guard hooks or calls; pinned by a contract test. */
export interface IoredisCluster {
  readonly status: string;
  readonly options: ClusterOptions;
  readonly startupNodes: readonly unknown[];
  readonly slots: readonly (readonly string[] | undefined)[];
  readonly connectionPool: ConnectionPool;
  readonly subscriber: ClusterSubscriber;
  offlineQueue: OfflineQueue;
  sendCommand(command: IoredisCommand, stream?: unknown, node?: unknown): unknown;
  refreshSlotsCache(callback?: (error?: Error) => void): void;
  connect(callback?: Callback): Promise<void>;
  disconnect(reconnect?: boolean): void;
  quit(callback?: Callback): Promise<string>;
  duplicate(startupNodes?: unknown, options?: object): object;
  pipeline(commands?: unknown): ClusterPipeline;
  multi(...values: unknown[]): ClusterPipeline | Promise<unknown>;
  off(event: string | symbol, listener: (...values: never[]) => void): this;
  prependListener(event: string, listener: (...values: never[]) => void): this;
}

export interface ClusterPipeline extends IoredisPipeline {
  /** The node that it must go to, as `host:port`. */
  preferKey?: string | undefined;
  readonly _queue: readonly ClusterCommand[];
}

export interface ClusterCommand extends IoredisCommand {
  getSlot(): number | null;
}

const required: RequiredMembers = {
  methods: [
    "sendCommand",
    "refreshSlotsCache",
    "connect",
    "disconnect",
    "quit",
    "duplicate",
    "pipeline",
    "multi",
    "prependListener",
  ],
  objects: ["options", "offlineQueue", "connectionPool", "subscriber"],
};

const requiredOfPool: RequiredMembers = {
  methods: ["getNodes", "getInstanceByKey", "getSampleInstance", "removeNode", "on", "off"],
  objects: [],
};

const requiredOfSubscriber: RequiredMembers = {
  methods: ["selectSubscriber"],
  objects: ["connectionPool"],
};

const supported = "the Clusters of ioredis 5 and 6 and of iovalkey";

/** @throws HoldfastError `HOLDFAST_CLIENT` naming the version and what is missing. */
export function ioredisClusterTarget(client: object): IoredisCluster {
  const target = client as IoredisCluster;
  requireMembers(client, required, supported);
  requireMembers(target.connectionPool, requiredOfPool, supported);
  requireMembers(target.subscriber, requiredOfSubscriber, supported);
  return target;
}

/** The first of the nodes that the application named, without what a URL of it may contain besides. */
export function clusterAddress(cluster: IoredisCluster): string {
  const [first] = cluster.startupNodes;
  if (typeof first === "number") return `127.0.0.1:${first}`;
  if (typeof first === "string") {
    const url = URL.canParse(first) ? new URL(first) : undefined;
    return url === undefined ? "cluster" : `${url.hostname}:${url.port || 6379}`;
  }
  const { host = "127.0.0.1", port = 6379 } = (first ?? {}) as { host?: string; port?: number };
  return `${host}:${port}`;
}
