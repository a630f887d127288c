import type { Call } from "../clients/index.ts";
import { bareError } from "../clients/index.ts";
import type { HoldfastErrorCode } from "../core/index.ts";
import { type HoldfastError, refusal } from "../core/index.ts";
import type { CircuitBreaker } from "../policy/index.ts";
import type { SymptomId } from "../symptoms/index.ts";
import { classify } from "../symptoms/index.ts";

export interface RefusalDetails {
  readonly code: HoldfastErrorCode;
  readonly message: string;
  readonly now: number;
  /** Default: that of `cause`. */
  readonly symptom?: SymptomId;
  readonly cause?: unknown;
  readonly retryAfterMs?: number | undefined;
}

/** What the guard tells an application instead of a reply. */
export function refuse(call: Call, details: RefusalDetails): HoldfastError {
  const { code, message, now, cause, retryAfterMs } = details;
  return refusal(code, `${call.name.toUpperCase()}: ${message}`, {
    outcome: call.unknown ? "unknown" : "not-sent",
    symptom: details.symptom ?? symptomOf(cause),
    attempts: call.attempts,
    elapsedMs: Math.max(0, now - call.startedAt),
    retryAfterMs,
    cause: bareError(cause),
  });
}

export function symptomOf(cause: unknown): SymptomId | undefined {
  return cause === undefined ? undefined : classify(cause).symptom;
}

/** The breaker does not let it through. */
export function refuseOpen(
  call: Call,
  breaker: CircuitBreaker,
  now: number,
  cause: unknown,
): HoldfastError {
  const isolated = breaker.state === "isolated";
  const message = isolated ? "the guard is isolated" : "the circuit breaker is open";
  const retryAfterMs = breaker.retryAfterMs(now);
  return refuse(call, { code: "HOLDFAST_OPEN", message, now, cause, retryAfterMs });
}

/** It waited for a place until its deadline. */
export function refuseLate(call: Call, now: number): HoldfastError {
  return refuse(call, { code: "HOLDFAST_DEADLINE", message: "no place in time", now });
}

/** It waited for a connection until its deadline. */
export function refuseUnconnected(call: Call, now: number, cause: unknown): HoldfastError {
  return refuse(call, {
    code: "HOLDFAST_UNAVAILABLE",
    message: "no connection in time",
    now,
    cause: bareError(cause),
  });
}

/** The connection went under it. `loss` is what the adapter said. */
export function refuseLost(call: Call, loss: unknown, now: number): HoldfastError {
  const cause = loss instanceof Error ? loss.cause : loss;
  const message = call.unknown
    ? "the connection was lost before the reply came"
    : "the connection was lost before anything was sent";
  return refuse(call, { code: "HOLDFAST_UNAVAILABLE", message, now, cause });
}
