import type { BreakerState, HoldfastErrorCode } from "../core/index.ts";

/** What `onEvent` hears. Nothing is made when nobody listens. */
export type PolicyEvent = RetryEvent | GiveUpEvent | TimeoutEvent | RefusedEvent | StateEvent;

/** An attempt failed and another one follows. */
export interface RetryEvent {
  readonly type: "retry";
  readonly error: unknown;
  /** The attempt that failed; the first is 1. */
  readonly attempt: number;
  /** The pause before the next one, in milliseconds. */
  readonly waitMs: number;
}

/** Why a failed attempt was the last. */
export type GiveUpReason =
  | "attempts"
  | "not-retryable"
  | "not-idempotent"
  | "deadline"
  | "budget"
  | "breaker";

/** An attempt failed and none follows, though the policy retries. */
export interface GiveUpEvent {
  readonly type: "give-up";
  readonly error: unknown;
  readonly attempt: number;
  readonly reason: GiveUpReason;
}

/** An attempt had no result in time. It holds its permit until it settles. */
export interface TimeoutEvent {
  readonly type: "timeout";
  readonly attempt: number;
  readonly afterMs: number;
}

/** A call was refused, and nothing was called for it. */
export interface RefusedEvent {
  readonly type: "refused";
  readonly code: HoldfastErrorCode;
}

/** The breaker changed. */
export interface StateEvent {
  readonly type: "state";
  readonly from: BreakerState;
  readonly to: BreakerState;
  /** What opened it, while it is not closed. */
  readonly cause: unknown;
}
