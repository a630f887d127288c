import type { ConnectionOptions } from "node:tls";
import type { RequiredMembers } from "../required.ts";
import { requireMembers } from "../required.ts";
import type { CorkableStream } from "./gathered-writes.ts";

/** A command object of ioredis: made by the typed method, settled by the reply. */
export interface IoredisCommand {
  readonly name: string;
  readonly args: readonly unknown[];
  /** A derived one for scripts, so read it last. */
  readonly promise: Promise<unknown>;
  /** The reply came; also after the application has had an error. */
  readonly isResolved?: boolean;
  resolve(value: unknown): unknown;
  reject(error: unknown): void;
}

/** A pipeline or transaction under construction. */
export interface IoredisPipeline {
  readonly length: number;
  readonly promise: Promise<unknown>;
  readonly _queue: readonly IoredisCommand[];
  /** Transactions within it that were begun and not ended. */
  readonly _transactions?: number;
  exec(callback?: Callback): Promise<unknown>;
  reject(error: unknown): void;
}

export type Callback = (error: unknown, result?: unknown) => void;

export interface IoredisOptions {
  retryStrategy?: ((times: number) => unknown) | null;
  maxLoadingRetryTime?: number;
  reconnectOnError?: ((error: Error) => unknown) | null;
  readonly keepAlive?: number;
  readonly tls?: ConnectionOptions | true;
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
}

/** The members of an ioredis client that the guard hooks or calls; pinned by a contract test. */
export interface IoredisClient {
  readonly status: string;
  readonly options: IoredisOptions;
  readonly condition?: { readonly handshake?: boolean } | null;
  /** Whether the application is ending it. */
  readonly manuallyClosing?: boolean;
  /** Written, and without a reply. */
  readonly commandQueue?: { readonly length: number };
  readonly stream?: CorkableStream & {
    readonly bytesRead: number;
    readonly writable: boolean;
    destroy(): void;
    prependListener(event: string, listener: () => void): unknown;
    setKeepAlive?(enable: boolean, initialDelayMs: number): unknown;
  };
  sendCommand(command: IoredisCommand, stream?: unknown, node?: unknown): unknown;
  flushQueue(
    error: Error,
    options: { readonly offlineQueue?: boolean; readonly commandQueue?: boolean },
  ): void;
  call(name: string, ...args: unknown[]): Promise<unknown>;
  connect(callback?: Callback): Promise<void>;
  disconnect(reconnect?: boolean): void;
  setStatus?(status: string): void;
  duplicate(overrides?: object): object;
  pipeline(commands?: unknown): IoredisPipeline;
  multi(...values: unknown[]): IoredisPipeline | Promise<unknown>;
  on(event: string | symbol, listener: (...values: never[]) => void): this;
  off(event: string | symbol, listener: (...values: never[]) => void): this;
  prependListener(event: string, listener: (...values: never[]) => void): this;
}

const required: RequiredMembers = {
  methods: [
    "sendCommand",
    "flushQueue",
    "call",
    "connect",
    "disconnect",
    "duplicate",
    "pipeline",
    "multi",
    "on",
    "off",
    "prependListener",
  ],
  objects: ["options"],
};

/** @throws HoldfastError `HOLDFAST_CLIENT` naming the version and what is missing. */
export function ioredisTarget(client: object): IoredisClient {
  requireMembers(client, required, "ioredis 5 and 6 and iovalkey");
  return client as IoredisClient;
}

export function addressOf(client: IoredisClient): string {
  const { path, host, port } = client.options;
  return path ?? `${host ?? "localhost"}:${port ?? 6379}`;
}
