import type { Ramp } from "./ramp.ts";

/** The state of a breaker, with what matters in it alone. */
export type State = Closed | Open | HalfOpen | Isolated;

export interface Closed {
  readonly kind: "closed";
  readonly since: number;
  readonly cause: undefined;
  /** While the load rises after a recovery. */
  ramp: Ramp | undefined;
}

export interface Open {
  readonly kind: "open";
  readonly since: number;
  readonly cause: unknown;
  /** When a probe may be made. */
  readonly probesAt: number;
  /** Rounds of probes that have failed since it last was closed. */
  readonly failedRounds: number;
}

export interface HalfOpen {
  readonly kind: "half-open";
  readonly since: number;
  readonly cause: unknown;
  readonly failedRounds: number;
  inFlight: number;
  succeeded: number;
  /** When the youngest probe in flight is overdue. */
  probesDueAt: number;
}

export interface Isolated {
  readonly kind: "isolated";
  readonly since: number;
  readonly cause: unknown;
  /** How many have isolated it and not released it. */
  holders: number;
  /** What follows when the last one releases it. */
  resume: "closed" | "open";
}
