import type { Verification } from "../faults/fault.ts";
import type { Sample } from "../load/sample.ts";

/** A change of a variant's breaker, in milliseconds from the start of the warm-up. */
export interface BreakerChange {
  readonly atMs: number;
  readonly state: string;
}

/**
 * Everything that was seen of one API in one fault. Times are milliseconds from the start of the
 * warm-up.
 */
export interface Observation {
  readonly samples: readonly Sample[];
  /** Just before the injection began; for a fault at boot, when the API listened. */
  readonly injectedAtMs: number;
  /** When the restoration was complete. */
  readonly restoredAtMs: number;
  readonly endMs: number;
  readonly timeoutMs: number;
  readonly verification: Verification;
  /** In order, the state before the warm-up included as a change at 0. */
  readonly breaker: readonly BreakerChange[];
  readonly primary: PrimaryCounts | null;
  /** Whether the API's Redis traffic was seen in the proxy before the injection. */
  readonly usesProxy: boolean;
  /** Whether bodies were compared, so that crossed answers were counted. */
  readonly comparesBodies: boolean;
  /** Times that the API's process ended by itself and was started again. */
  readonly restarts: number;
  /** Whether Redis answered again through the proxy after the restoration. */
  readonly restored: boolean;
}

/** Of the primary, since the injection. */
export interface PrimaryCounts {
  readonly limit: number;
  readonly peak: number;
  readonly refused: number;
}
