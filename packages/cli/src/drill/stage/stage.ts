import type { FaultTarget } from "../faults/fault.ts";
import type { PrimaryCounts } from "../measure/observation.ts";
import type { BreakerEntry } from "../variants/breaker-log.ts";

/** One API under drill. */
export interface Subject {
  readonly name: string;
  readonly description: string | null;
  readonly footnoteOf: string | null;
  readonly judged: boolean;
  /** What is requested; `{id}` stands for the id. */
  readonly url: string;
  /** The index in {@link Stage.backends} of the Redis that it uses. */
  readonly backend: number;
  /** Since the last {@link Stage.prepare}. */
  breakerEntries(): readonly BreakerEntry[];
  /** Whether it has told its breaker's state at any time. */
  reportsBreaker(): boolean;
  /** Times that it ended by itself since the last {@link Stage.prepare}. */
  restarts(): number;
}

/** What a drill takes place on: the APIs, and each Redis with the proxy in front of it. */
export interface Stage {
  readonly subjects: readonly Subject[];
  readonly backends: readonly FaultTarget[];
  /** The version of the Redis server, for the report. */
  readonly redisVersion: string;
  /**
   * Fresh state before a fault, where it is ours to make: an empty Redis, and APIs that listen. An
   * API named in `tired` is started anew, the others go on as they are.
   */
  prepare(tired: ReadonlySet<string>): Promise<void>;
  /**
   * Starts the APIs again while the fault is in place. Resolves when all listen, or when the slow
   * ones have had twice the time that they take with Redis in order. Null: they are not ours.
   */
  readonly reboot: (() => Promise<void>) | null;
  /** Begins to count anew what the APIs ask of the primary. */
  resetPrimary(): Promise<void>;
  /** By the subject's name; empty where no primary is watched. */
  primaryCounts(): Promise<ReadonlyMap<string, PrimaryCounts>>;
  /** Measures what the proxy adds to a command. */
  probeProxy(): Promise<{ readonly p50Ms: number; readonly p99Ms: number } | null>;
}
