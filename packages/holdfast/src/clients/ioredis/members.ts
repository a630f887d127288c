import { HoldfastError } from "../../core/index.ts";

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
  exec(callback?: Callback): Promise<unknown>;
  reject(error: unknown): void;
}

export type Callback = (error: unknown, result?: unknown) => void;

export interface IoredisOptions {
  retryStrategy?: ((times: number) => unknown) | null;
  maxLoadingRetryTime?: number;
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
}

/** The members of an ioredis client that the guard hooks or calls; pinned by a contract test. */
export interface IoredisClient {
  readonly status: string;
  readonly options: IoredisOptions;
  readonly condition?: { readonly handshake?: boolean } | null;
  readonly stream?: { readonly bytesRead: number; readonly writable: boolean; destroy(): void };
  sendCommand(command: IoredisCommand, stream?: unknown, node?: unknown): unknown;
  flushQueue(
    error: Error,
    options: { readonly offlineQueue?: boolean; readonly commandQueue?: boolean },
  ): void;
  call(name: string, ...args: unknown[]): Promise<unknown>;
  connect(callback?: Callback): Promise<void>;
  duplicate(overrides?: object): object;
  pipeline(commands?: unknown): IoredisPipeline;
  multi(...values: unknown[]): IoredisPipeline | Promise<unknown>;
  on(event: string | symbol, listener: (...values: never[]) => void): this;
  off(event: string | symbol, listener: (...values: never[]) => void): this;
  prependListener(event: string, listener: (...values: never[]) => void): this;
}

const requiredMethods = [
  "sendCommand",
  "flushQueue",
  "call",
  "connect",
  "duplicate",
  "pipeline",
  "multi",
  "prependListener",
] as const;

/** @throws HoldfastError `HOLDFAST_CLIENT` naming what is missing. */
export function ioredisTarget(client: object): IoredisClient {
  const target = client as IoredisClient;
  const missing: string[] = requiredMethods.filter((name) => typeof target[name] !== "function");
  if (typeof target.options !== "object") missing.push("options");
  if (missing.length > 0) {
    throw new HoldfastError(
      "HOLDFAST_CLIENT",
      `protect: this version of ioredis lacks ${missing.join(", ")}; versions 5 and 6 are supported`,
    );
  }
  return target;
}

export function addressOf(client: IoredisClient): string {
  const { path, host, port } = client.options;
  return path ?? `${host ?? "localhost"}:${port ?? 6379}`;
}
