import type { Outcome } from "../core/index.ts";
import { isHoldfastError } from "../core/index.ts";
import type { Engine } from "./engine.ts";
import type { GiveUpReason } from "./events.ts";
import type { Verdict } from "./verdict.ts";

/** The longest pause that a Node.js timer can keep. */
const timerMaxMs = 2 ** 31 - 1;

/** An attempt that failed, and what another one would have to fit into. */
export interface FailedAttempt {
  readonly error: unknown;
  readonly verdict: Verdict;
  readonly attempt: number;
  /** The pause before the next one. */
  readonly waitMs: number;
  readonly now: number;
  /** When the call is over. */
  readonly dueAt: number;
  /** Whether the function may run again when it may have had its effect. */
  readonly mayRepeat: boolean;
}

/**
 * Why no attempt follows, or undefined when one does. The budget is asked last, because a retry that
 * is taken out of it has to be made.
 */
export function reasonToGiveUp(engine: Engine, failed: FailedAttempt): GiveUpReason | undefined {
  const { breaker, settings, leastAttemptMs } = engine;
  const { error, verdict, attempt, waitMs, now, dueAt } = failed;
  const { retry } = settings;
  if (retry === undefined || attempt >= retry.attempts) return "attempts";
  if (!verdict.retryable) return "not-retryable";
  if (!failed.mayRepeat && outcomeOf(error, verdict) === "unknown") return "not-idempotent";
  if (now + waitMs + leastAttemptMs > dueAt || waitMs > timerMaxMs) return "deadline";
  const opensIn = breaker?.state === "closed" ? 0 : breaker?.retryAfterMs(now);
  if (breaker !== undefined && (opensIn === undefined || opensIn > waitMs)) return "breaker";
  return retry.budget === undefined || retry.budget.withdraw() ? undefined : "budget";
}

function outcomeOf(error: unknown, verdict: Verdict): Outcome {
  return verdict.outcome ?? (isHoldfastError(error) ? error.outcome : "unknown");
}
