import type { Call } from "../clients/index.ts";
import type { Judgement } from "./judge.ts";
import { isReplayable } from "./judge.ts";
import type { GuardSettings } from "./options.ts";

/**
 * The pause before a failed call is tried once more, in milliseconds; undefined when it must not be:
 * it could harm, it would come to nothing, or the attempts, the deadline or the budget are used up.
 * Takes the retry out of the budget.
 */
export function pauseBeforeRetry(
  call: Call,
  judgement: Judgement,
  settings: GuardSettings,
  now: number,
): number | undefined {
  const { retry } = settings.policy;
  const { retryable, outcome, connectionLost, delayMs = 0 } = judgement;
  if (retry === undefined || !retryable || call.attempts >= settings.attempts) return undefined;
  const harmless = outcome === "unknown" ? isReplayable(call, settings.commands) : call.repeatable;
  if (!harmless) return undefined;
  // Reconnecting is paced already.
  const pauseMs = connectionLost ? 0 : settings.backoff.waitMs(call.attempts, 0);
  const waitMs = Math.max(pauseMs, delayMs);
  if (now + waitMs + retry.leastAttemptMs > call.deadlineAt) return undefined;
  if (retry.budget !== undefined && !retry.budget.withdraw()) return undefined;
  return waitMs;
}
