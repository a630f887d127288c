import { setTimeout as delay } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { Guard, ProtectOptions } from "../../src/index.ts";
import { guardOf, protect } from "../../src/index.ts";
import type { TestedKind } from "./support/versions.ts";
import { newClient } from "./support/versions.ts";

export type { TestedKind } from "./support/versions.ts";
export { clientKinds, isNodeRedis, newestKinds, oldestKinds } from "./support/versions.ts";

/** What the two libraries have in common, as these tests use it. */
export interface CommonClient {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
  incr(key: string): Promise<number>;
  del(key: string): Promise<number>;
  connect(): Promise<unknown>;
}

export interface GuardedClient {
  readonly client: CommonClient;
  readonly guard: Guard;
}

/** A client that is not guarded and does not connect yet. */
export function rawClient(kind: TestedKind, port: number, options: object = {}): CommonClient {
  const client = newClient(kind, port, options as Record<string, unknown>) as CommonClient;
  onTestFinished(() => endClient(client));
  return client;
}

/** A guarded client that does not connect yet. It has no 'error' listener, as nobody should need one. */
export function guardedClient(
  kind: TestedKind,
  port: number,
  options: ProtectOptions = {},
): GuardedClient {
  const client = protect(rawClient(kind, port), options);
  return { client, guard: guardOf(client) };
}

export async function connectedClient(
  kind: TestedKind,
  port: number,
  options: ProtectOptions = {},
): Promise<GuardedClient> {
  const guarded = guardedClient(kind, port, options);
  await guarded.client.connect();
  if (!(await guarded.guard.ready({ timeoutMs: 10_000 }))) throw new Error("Redis is not there");
  return guarded;
}

export function endClient(client: CommonClient): void {
  const { destroy, disconnect } = client as unknown as Record<string, (() => void) | undefined>;
  try {
    (destroy ?? disconnect)?.call(client);
  } catch {
    // node-redis 5 throws when it is closed already.
  }
}

/** How a promise ended, and how long that took. */
export type Settled<T> = { readonly ms: number } & (
  | { readonly value: T; readonly error?: never }
  | { readonly error: ErrorLike; readonly value?: never }
);

export interface ErrorLike {
  readonly message: string;
  readonly code?: string;
  readonly outcome?: string;
  readonly attempts?: number;
  readonly cause?: unknown;
}

export async function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
  const startedAt = performance.now();
  try {
    const value = await promise;
    return { value, ms: performance.now() - startedAt };
  } catch (error) {
    return { error: error as ErrorLike, ms: performance.now() - startedAt };
  }
}

/** Waits until `condition` holds. A bound that a slow machine can keep, not a measurement. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<number> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > withinMs)
      throw new Error(`not within ${withinMs} ms: ${condition}`);
    await delay(5);
  }
  return performance.now() - startedAt;
}

/** Runs `command` at a steady rate, whatever becomes of it, until the test stops it. */
export function steadily<T>(everyMs: number, command: () => Promise<T>): Steady<T> {
  const results: Promise<Settled<T>>[] = [];
  const timer = setInterval(() => results.push(settled(command())), everyMs);
  const stop = () => {
    clearInterval(timer);
    return Promise.all(results);
  };
  onTestFinished(() => clearInterval(timer));
  return { stop };
}

export interface Steady<T> {
  stop(): Promise<Settled<T>[]>;
}
