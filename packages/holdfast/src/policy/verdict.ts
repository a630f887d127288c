import type { HoldfastErrorCode, Outcome } from "../core/index.ts";
import { isHoldfastError } from "../core/index.ts";

/** What an error means for the policy. What `classify` of `holdfast/symptoms` gives fits too. */
export interface Verdict {
  /** Another attempt may succeed. */
  readonly retryable: boolean;
  /** The other side is unwell: the breaker counts it. If not, the breaker learns nothing from it. */
  readonly countsAsFailure: boolean;
  /** How long the other side asked to wait, in milliseconds. No attempt begins before. */
  readonly delayMs?: number | undefined;
  /**
   * Whether the attempt certainly had no effect: `not-sent` and `refused` may be retried even when
   * the call is not idempotent. Default `unknown`.
   */
  readonly outcome?: Outcome | undefined;
}

const transient: Verdict = { retryable: true, countsAsFailure: true };
const settled: Verdict = { retryable: false, countsAsFailure: false };

/** Of Holdfast's own errors, those that say something about the other side. */
const saysUnwell: ReadonlySet<HoldfastErrorCode> = new Set([
  "HOLDFAST_DEADLINE",
  "HOLDFAST_UNAVAILABLE",
]);

/**
 * The default of `classify`: every error is worth another attempt and counts, but the refusals of
 * another guard or policy inside. Those have been decided upon already; to retry them is to load
 * what is overloaded.
 */
export function classifyByDefault(error: unknown): Verdict {
  if (!isHoldfastError(error)) return transient;
  if (!saysUnwell.has(error.code)) return settled;
  return { ...transient, outcome: error.outcome };
}
