import type { Call } from "../clients/index.ts";
import type { HoldfastErrorCode } from "../core/index.ts";
import { type HoldfastError, refusal } from "../core/index.ts";
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
    cause,
  });
}

export function symptomOf(cause: unknown): SymptomId | undefined {
  return cause === undefined ? undefined : classify(cause).symptom;
}
