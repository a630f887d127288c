import type { RequiredMembers } from "../required.ts";
import { requireMembers } from "../required.ts";

/** Arguments of a command as node-redis passes them about. */
export type RedisArguments = readonly (string | Buffer)[];

export interface CommandOptions {
  readonly timeout?: number | undefined;
}

/** The part of node-redis's queue of commands that the guard needs; absent before 5.9. */
export interface CommandsQueue {
  readonly decoder: { write(chunk: Buffer): void };
  /** Rejects what was written and waits for a reply. */
  flushWaitingForReply(error: Error): void;
}

export interface SocketOptions {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly tls?: boolean;
}

/** A command of a transaction or pipeline. */
export interface BatchedCommand {
  readonly args: RedisArguments;
}

/**
 * The members of a node-redis client that the guard hooks or calls. Those that begin with an
 * underscore are internal: a contract test pins them for each supported version.
 */
export interface NodeRedisClient {
  _self: NodeRedisClient;
  _commandOptions: CommandOptions | undefined;
  readonly isOpen: boolean;
  readonly isReady: boolean;
  readonly isWatching?: boolean;
  /** Makes the next transaction reject with the library's WatchError. */
  setDirtyWatch(message: string): void;
  readonly options: { readonly socket?: SocketOptions } | undefined;
  _getQueue?(): CommandsQueue;
  _executeMulti(commands: readonly BatchedCommand[], ...rest: unknown[]): Promise<unknown>;
  _executePipeline(commands: readonly BatchedCommand[], ...rest: unknown[]): Promise<unknown>;
  sendCommand(args: RedisArguments, options?: CommandOptions): Promise<unknown>;
  connect(): Promise<unknown>;
  duplicate(overrides?: object): object;
  close(): Promise<void>;
  destroy(): void;
  disconnect(): Promise<void>;
  quit(): Promise<string>;
  emit(event: string, ...values: unknown[]): boolean;
  on(event: string | symbol, listener: (...values: never[]) => void): this;
  prependListener(event: string, listener: (...values: never[]) => void): this;
  off(event: string | symbol, listener: (...values: never[]) => void): this;
}

const required: RequiredMembers = {
  methods: [
    "sendCommand",
    "_executeMulti",
    "_executePipeline",
    "setDirtyWatch",
    "connect",
    "close",
    "destroy",
    "disconnect",
    "quit",
    "duplicate",
    "emit",
    "on",
    "off",
    "prependListener",
    "subscribe",
    "unsubscribe",
    "pSubscribe",
    "pUnsubscribe",
    "sSubscribe",
    "sUnsubscribe",
  ],
  // Version 5 leaves `options` undefined when it was given none.
  objects: [],
};

/**
 * The object that really holds the connection: what `createClient()` returns, and every view of it,
 * only inherit from it.
 *
 * @throws HoldfastError `HOLDFAST_CLIENT` naming the version and what is missing.
 */
export function nodeRedisTarget(client: object): NodeRedisClient {
  const self: unknown = Reflect.get(client, "_self");
  const target = (typeof self === "object" && self !== null ? self : client) as NodeRedisClient;
  requireMembers(target, required, "node-redis 5 and 6");
  return target;
}

export function addressOf(client: NodeRedisClient): string {
  const socket = client.options?.socket;
  return socket?.path ?? `${socket?.host ?? "localhost"}:${socket?.port ?? 6379}`;
}
