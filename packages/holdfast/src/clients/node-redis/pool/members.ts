import type { RequiredMembers } from "../../required.ts";
import { requireMembers } from "../../required.ts";
import type { CommandOptions, NodeRedisClient } from "../members.ts";

export type PoolTask = (client: NodeRedisClient) => unknown;

/** The members of a node-redis pool that the guard hooks or calls; pinned by a contract test. */
export interface NodeRedisPool {
  _self: NodeRedisPool;
  _commandOptions: CommandOptions | undefined;
  readonly isOpen: boolean;
  readonly idleClients: number;
  readonly identity?: { readonly id?: unknown };
  execute(task: PoolTask): Promise<unknown>;
  connect(): Promise<unknown>;
  close(): Promise<void>;
  destroy(): void;
  on(event: string | symbol, listener: (...values: never[]) => void): this;
  off(event: string | symbol, listener: (...values: never[]) => void): this;
  prependListener(event: string, listener: (...values: never[]) => void): this;
}

const required: RequiredMembers = {
  methods: ["execute", "connect", "close", "destroy", "prependListener"],
  objects: [],
};

/** @throws HoldfastError `HOLDFAST_CLIENT` naming the version and what is missing. */
export function nodeRedisPoolTarget(client: object): NodeRedisPool {
  const self: unknown = Reflect.get(client, "_self");
  const target = (typeof self === "object" && self !== null ? self : client) as NodeRedisPool;
  requireMembers(target, required, "the pools of node-redis 5 and 6");
  return target;
}
