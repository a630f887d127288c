import type { RequiredMembers } from "../../required.ts";
import { requireMembers } from "../../required.ts";
import type { CommandOptions, NodeRedisClient, RedisArguments } from "../members.ts";

/** One node of the map; its clients are made when they are first needed. */
export interface ClusterNode {
  readonly address: string;
  readonly host: string;
  readonly port: number;
  client: NodeRedisClient | undefined;
  pubSub?: PubSubNode | undefined;
}

export interface PubSubNode {
  readonly address?: string;
  readonly client: NodeRedisClient;
  readonly connectPromise?: Promise<unknown> | undefined;
}

export interface Shard {
  readonly master: ClusterNode;
  readonly replicas?: ClusterNode[];
}

/** What node-redis knows of the nodes of a cluster. */
export interface ClusterSlots {
  slots: Shard[];
  masters: ClusterNode[];
  replicas: ClusterNode[];
  readonly nodeByAddress: Map<string, ClusterNode>;
  pubSubNode: PubSubNode | undefined;
  _randomNodeIterator: unknown;
  readonly isOpen: boolean;
  readonly isReady?: boolean;
  connect(): Promise<unknown>;
  destroy(): void;
  nodeClient(node: ClusterNode): Promise<NodeRedisClient>;
  rediscover(startWith?: NodeRedisClient, excluded?: Set<string>): Promise<unknown>;
}

export interface RootNode {
  readonly socket?: object;
}

export interface NodeRedisClusterOptions {
  rootNodes: readonly RootNode[];
  minimizeConnections?: boolean | undefined;
  readonly useReplicas?: boolean;
}

/** What reaches one node's client in the end. */
export type NodeFunction = (client: NodeRedisClient, options: CommandOptions) => Promise<unknown>;

/** A command under construction, as version 6 hands it about. */
export interface CommandParser {
  readonly redisArgs: RedisArguments;
}

/** A transaction or pipeline under construction. */
export interface ClusterBatch {
  exec(...values: unknown[]): Promise<unknown>;
  execAsPipeline(...values: unknown[]): Promise<unknown>;
}

/** The members of a node-redis cluster that the guard hooks or calls; pinned by a contract test. */
export interface NodeRedisCluster {
  _self: NodeRedisCluster;
  _slots: ClusterSlots;
  _options: NodeRedisClusterOptions;
  _commandOptions: CommandOptions | undefined;
  /** Of version 6: what a command comes by before it is known how many nodes it goes to. */
  _executeWithPolicies?(
    parser: CommandParser,
    isReadonly: boolean | undefined,
    options: CommandOptions | undefined,
    makeFunction: (parser: CommandParser) => NodeFunction,
  ): Promise<unknown>;
  _execute(
    keyOrParser: unknown,
    isReadonly: boolean | undefined,
    options: CommandOptions | undefined,
    run: NodeFunction,
    ...rest: unknown[]
  ): Promise<unknown>;
  MULTI(routing?: unknown): ClusterBatch;
  connect(): Promise<unknown>;
  duplicate(overrides?: object): object;
  close(): Promise<unknown>;
  destroy(): void;
  emit(event: string, ...values: unknown[]): boolean;
  listeners(event: string): ((...values: never[]) => void)[];
  removeAllListeners(event: string): this;
  on(event: string | symbol, listener: (...values: never[]) => void): this;
  off(event: string | symbol, listener: (...values: never[]) => void): this;
  prependListener(event: string, listener: (...values: never[]) => void): this;
}

const required: RequiredMembers = {
  methods: ["_execute", "MULTI", "connect", "duplicate", "close", "destroy", "prependListener"],
  objects: ["_slots", "_options"],
};

const requiredOfSlots: RequiredMembers = {
  methods: ["connect", "destroy", "nodeClient", "rediscover"],
  objects: ["nodeByAddress", "slots", "masters", "replicas"],
};

const supported = "the clusters of node-redis 5 and 6";

/** @throws HoldfastError `HOLDFAST_CLIENT` naming the version and what is missing. */
export function nodeRedisClusterTarget(client: object): NodeRedisCluster {
  const self: unknown = Reflect.get(client, "_self");
  const target = (typeof self === "object" && self !== null ? self : client) as NodeRedisCluster;
  requireMembers(target, required, supported);
  requireMembers(target._slots, requiredOfSlots, supported);
  return target;
}

/** The first of the nodes that the application named, without what a URL of it may contain besides. */
export function rootAddress({ _options }: NodeRedisCluster): string {
  const [first] = _options.rootNodes as readonly {
    readonly url?: string;
    readonly socket?: { readonly host?: string; readonly port?: number };
  }[];
  const url = first?.url !== undefined && URL.canParse(first.url) ? new URL(first.url) : undefined;
  const host = url?.hostname ?? first?.socket?.host ?? "localhost";
  return `${host}:${url?.port || (first?.socket?.port ?? 6379)}`;
}
