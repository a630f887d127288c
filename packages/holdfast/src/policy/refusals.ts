import type { HoldfastError } from "../core/index.ts";
import { refusal } from "../core/index.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";

const openMessages = {
  closed: "the circuit breaker has closed and admits more only by and by",
  open: "the circuit breaker is open",
  "half-open": "the circuit breaker is open and being probed",
  isolated: "the circuit breaker is held open by hand",
} as const;

/** The breaker let nothing through. */
export function openError(breaker: CircuitBreaker, now: number, startedAt: number): HoldfastError {
  return refusal("HOLDFAST_OPEN", openMessages[breaker.state], {
    outcome: "not-sent",
    elapsedMs: now - startedAt,
    retryAfterMs: breaker.retryAfterMs(now),
    cause: breaker.cause,
  });
}

/** The queue is full, or the call waited in it too long. */
export function overloadedError(message: string, elapsedMs: number): HoldfastError {
  return refusal("HOLDFAST_OVERLOADED", message, { outcome: "not-sent", elapsedMs });
}

/** The total budget ran out. */
export function deadlineError(elapsedMs: number, attempts: number, cause: unknown): HoldfastError {
  const doing = attempts === 0 ? "before the first attempt" : `in attempt ${attempts}`;
  return refusal(
    "HOLDFAST_DEADLINE",
    `the deadline passed after ${round(elapsedMs)} ms, ${doing}`,
    {
      outcome: attempts === 0 ? "not-sent" : "unknown",
      attempts,
      elapsedMs,
      cause,
    },
  );
}

/** The fallback had no value in time; `cause` is the failure that it was for. */
export function fallbackError(elapsedMs: number, attempts: number, cause: unknown): HoldfastError {
  return refusal(
    "HOLDFAST_DEADLINE",
    `the deadline passed after ${round(elapsedMs)} ms, in the fallback`,
    { outcome: attempts === 0 ? "not-sent" : "unknown", attempts, elapsedMs, cause },
  );
}

/** One attempt had no result in time. */
export function attemptTimeoutError(
  attempt: number,
  afterMs: number,
  elapsedMs: number,
): HoldfastError {
  return refusal("HOLDFAST_DEADLINE", `attempt ${attempt} had no result in ${round(afterMs)} ms`, {
    outcome: "unknown",
    attempts: attempt,
    elapsedMs,
  });
}

function round(ms: number): number {
  return Math.round(ms);
}
