import type { RequiredMembers } from "../../required.ts";
import { requireMembers } from "../../required.ts";
import type { CommandOptions, NodeRedisClient } from "../members.ts";

export type SentinelTask = (client: NodeRedisClient) => Promise<unknown>;

/** A client that an application has to itself, for `WATCH`. */
export interface SentinelLease {
  _self: SentinelLease;
  _execute(isReadonly: boolean | undefined, task: SentinelTask): Promise<unknown>;
}

/** The members of a node-redis sentinel that the guard hooks or calls; pinned by a contract test. */
export interface NodeRedisSentinel {
  _self: NodeRedisSentinel;
  _commandOptions: CommandOptions | undefined;
  readonly isOpen: boolean;
  readonly isReady: boolean;
  _execute(isReadonly: boolean | undefined, task: SentinelTask): Promise<unknown>;
  use(task: (lease: SentinelLease) => unknown): Promise<unknown>;
  connect(): Promise<unknown>;
  close(): Promise<void>;
  destroy(): Promise<void>;
  duplicate?(overrides?: object): object;
  on(event: string | symbol, listener: (...values: never[]) => void): this;
  off(event: string | symbol, listener: (...values: never[]) => void): this;
  prependListener(event: string, listener: (...values: never[]) => void): this;
}

const required: RequiredMembers = {
  methods: ["_execute", "use", "connect", "close", "destroy", "prependListener"],
  objects: [],
};

/** @throws HoldfastError `HOLDFAST_CLIENT` naming the version and what is missing. */
export function nodeRedisSentinelTarget(client: object): NodeRedisSentinel {
  const self: unknown = Reflect.get(client, "_self");
  const target = (typeof self === "object" && self !== null ? self : client) as NodeRedisSentinel;
  requireMembers(target, required, "the sentinels of node-redis 5 and 6");
  return target;
}
