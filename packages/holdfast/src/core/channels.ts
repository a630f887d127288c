import { channel } from "node:diagnostics_channel";
import type { Outcome } from "./errors.ts";

/** The publishing side of a diagnostics channel whose messages are of type `T`. */
export interface Publisher<T> {
  readonly name: string | symbol;
  readonly hasSubscribers: boolean;
  publish(message: T): void;
}

/** The states of a circuit breaker; `isolated` is open by hand. */
export type BreakerState = "closed" | "open" | "half-open" | "isolated";

/** A command settled. Never carries a key or a value. */
export interface CommandMessage {
  readonly guard: string;
  /** The command's name, upper case. */
  readonly command: string;
  /** Of the node that served it, `host:port`, where it is known. */
  readonly node?: string;
  readonly durationMs: number;
  readonly attempts: number;
  /** The symptom's id when it failed. */
  readonly symptom?: string;
  readonly outcome?: Outcome;
}

/** One attempt of a command failed and is retried. */
export interface AttemptMessage {
  readonly guard: string;
  readonly command: string;
  /** The attempt that failed; the first is 1. */
  readonly attempt: number;
  /** The pause before the next one, in milliseconds. */
  readonly waitMs: number;
  readonly symptom?: string;
}

export interface BreakerMessage {
  readonly guard: string;
  readonly node?: string;
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly symptom?: string;
}

export interface ConnectionMessage {
  readonly guard: string;
  readonly node?: string;
  readonly event: "connect" | "disconnect" | "recycle" | "gap";
  readonly symptom?: string;
}

export interface CacheMessage {
  readonly namespace: string;
  readonly event: "hit" | "stale" | "miss" | "load" | "load-failure" | "shed" | "l2-failure";
  /** Which layer answered a hit. */
  readonly layer?: "l1" | "l2";
  readonly durationMs?: number;
  readonly symptom?: string;
}

/**
 * All that Holdfast publishes, one table. Publish only behind `hasSubscribers`, so that nothing is
 * built when nobody listens.
 */
export const channels: {
  readonly command: Publisher<CommandMessage>;
  readonly attempt: Publisher<AttemptMessage>;
  readonly breaker: Publisher<BreakerMessage>;
  readonly connection: Publisher<ConnectionMessage>;
  readonly cache: Publisher<CacheMessage>;
} = {
  command: channel("holdfast:command"),
  attempt: channel("holdfast:attempt"),
  breaker: channel("holdfast:breaker"),
  connection: channel("holdfast:connection"),
  cache: channel("holdfast:cache"),
};
