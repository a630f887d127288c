import type { FaultProxy, RedisServer } from "../../testbed.ts";

/** What a fault acts on: one variant's own Redis and the proxy in front of it. */
export interface FaultTarget {
  /** Null when the drill did not start the Redis itself: then only the proxy can be used. */
  readonly server: RedisServer | null;
  readonly proxy: FaultProxy;
  /** Where a fault's chances start from, so that the same seed brings the same faults. Default 1. */
  readonly seed?: number;
}

/** What an independent probe saw after the injection. */
export interface Verification {
  readonly injected: boolean;
  /** In words, for the report: what was seen, or what should have been. */
  readonly observed: string;
}

export interface Fault {
  readonly id: string;
  readonly title: string;
  /** The kind of incident that it reproduces. */
  readonly standsFor: string;
  /** The API is started after the injection, so that it boots with the fault in place. */
  readonly atBoot: boolean;
  /** Replies stop: a held variant must notice within the detection bar. */
  readonly stopsReplies: boolean;
  /** Why this target cannot have the fault, for the report; null when it can. Injects nothing. */
  unsupported(target: FaultTarget): string | null;
  /** Resolves when the fault is in place. */
  inject(target: FaultTarget): Promise<void>;
  /** Through the path that the application uses, with a connection of its own. */
  verify(target: FaultTarget): Promise<Verification>;
  /**
   * Resolves when Redis answers again, with what it knew before the fault unless the fault is about
   * losing it. Idempotent: also called after a failed injection and on interruption. While an
   * injection into the same target is still under way, it waits for that to settle.
   */
  restore(target: FaultTarget): Promise<void>;
}
