import type { FaultProxy, RedisServer } from "@holdfast/testbed";

/** What a fault acts on: one variant's own Redis and the proxy in front of it. */
export interface FaultTarget {
  /** Null when the drill did not start the Redis itself: then only the proxy can be used. */
  readonly server: RedisServer | null;
  readonly proxy: FaultProxy;
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
  inject(target: FaultTarget): Promise<void>;
  /** Through the path that the application uses, with a connection of its own. */
  verify(target: FaultTarget): Promise<Verification>;
  /** Idempotent: also called after a failed injection and on interruption. */
  restore(target: FaultTarget): Promise<void>;
}
