import type { Clock, Random, Rule, RulesOf } from "../core/index.ts";
import {
  callback,
  durationMs,
  having,
  integer,
  nested,
  oneOf,
  orFalse,
  ratio,
} from "../core/rules.ts";
import type { Jitter } from "./backoff.ts";
import type { PolicyEvent } from "./events.ts";
import type { RetryBudgetOptions } from "./retry-budget.ts";
import { type RetryBudget, retryBudgetRules } from "./retry-budget.ts";
import type { Verdict } from "./verdict.ts";

/** Durations are in milliseconds. */
export interface RetryOptions {
  /** Calls of the function, the first included. Default 3, range 1 to 100. */
  readonly attempts?: number | undefined;
  /** First upper bound of the pause. Default 50, range 0 to 2^31−1. */
  readonly baseMs?: number | undefined;
  /** Upper bound of every pause; a delay that the other side asked for may be longer. Default 1000, or `baseMs` where that is more. */
  readonly capMs?: number | undefined;
  /** `full`, `decorrelated` or `none`. Default `full`. */
  readonly jitter?: Jitter | undefined;
  /**
   * The bound on what retries add to the load; `false` for none. Default: 20 % of calls + 3, or
   * + `attempts` − 1 where that is more.
   */
  readonly budget?: RetryBudget | RetryBudgetOptions | false | undefined;
  /** No attempt starts with less than this left of the deadline. Default 1, range 0 to 2^31−1. */
  readonly leastAttemptMs?: number | undefined;
}

/** Durations are in milliseconds. */
export interface BreakerOptions {
  /** Opens at this fraction of failed calls in the window. Default 0.5, range above 0 to 1. */
  readonly failureRate?: number | false | undefined;
  /** Opens at this fraction of slow calls in the window. Default 0.5, range above 0 to 1. */
  readonly slowRate?: number | false | undefined;
  /** A call that takes this long or longer is slow. Default: none is. */
  readonly slowMs?: number | undefined;
  /** Length of the sliding window. A result never counts longer. Default 10000, at least 1. */
  readonly windowMs?: number | undefined;
  /** Calls in the window before a rate means anything. Default 20, at least 1. */
  readonly minCalls?: number | undefined;
  /** Opens after this many failures in a row within the window. Default `false`, range 1 to 10000. */
  readonly consecutive?: number | false | undefined;
  /** Longest pause before a probe; jitter takes up to a fifth off. Default 1000, at least 1. */
  readonly openMs?: number | undefined;
  /** The pause doubles with each failed round of probes, up to this. Default `openMs`: it does not. */
  readonly openCapMs?: number | undefined;
  /** Calls that are let through to probe, and must all succeed. Default 1, range 1 to 1000. */
  readonly probes?: number | undefined;
  /** Time that a probe has. Default 1000; never more than `attemptTimeoutMs` or `deadlineMs`. */
  readonly probeTimeoutMs?: number | undefined;
  /** Time over which the bound on calls in flight rises after recovery; 0 for no bound. Default 1000. */
  readonly rampMs?: number | undefined;
}

/**
 * Every part is optional, and one that is left out is off. Durations are in milliseconds.
 *
 * @typeParam Fallback - What `fallback` gives.
 */
export interface PolicyOptions<Fallback = never> {
  readonly retry?: RetryOptions | false | undefined;
  readonly breaker?: BreakerOptions | false | undefined;
  /** Total budget of a call: waiting, attempts and pauses. Range 1 to 2^31−1. */
  readonly deadlineMs?: number | undefined;
  /** Time of one attempt. Range 1 to 2^31−1. */
  readonly attemptTimeoutMs?: number | undefined;
  /** Attempts at once; one that timed out counts until it settles. At least 1. */
  readonly maxInFlight?: number | undefined;
  /** Attempts that may wait for a place. Needs `maxInFlight`. Default 0, range 0 to 10000000. */
  readonly maxQueue?: number | undefined;
  /** Longest wait for a place. Needs `maxQueue`. Default 1000. */
  readonly maxQueueMs?: number | undefined;
  /**
   * Gives a value in place of a failure, and has `deadlineMs` for it, counted anew. Not called when
   * the caller aborted.
   */
  readonly fallback?: ((failure: unknown) => Fallback | PromiseLike<Fallback>) | undefined;
  /** What an error means. Default: every error is retryable and counts. */
  readonly classify?: ((error: unknown) => Verdict) | undefined;
  /** Hears what the policy does. What it throws changes nothing. */
  readonly onEvent?: ((event: PolicyEvent) => void) | undefined;
  /** Where time comes from. Default: the process's monotonic clock. */
  readonly clock?: Clock | undefined;
  /** Where jitter comes from. Default `Math.random`. */
  readonly random?: Random | undefined;
}

const rate: Rule = orFalse({
  expected: "a number above 0, at most 1",
  accepts: (value) => ratio().accepts(value) && value !== 0,
});

const budget: Rule = {
  expected: "a RetryBudget, its options, or false",
  accepts: (value) => value === false || (typeof value === "object" && value !== null),
  rules: retryBudgetRules,
};

export const retryRules: RulesOf<RetryOptions> = {
  attempts: integer({ min: 1, max: 100 }),
  baseMs: durationMs(),
  capMs: durationMs(),
  jitter: oneOf("full", "decorrelated", "none"),
  budget,
  leastAttemptMs: durationMs(),
};

export const breakerRules: RulesOf<BreakerOptions> = {
  failureRate: rate,
  slowRate: rate,
  slowMs: durationMs({ min: 1 }),
  windowMs: durationMs({ min: 1 }),
  minCalls: integer({ min: 1 }),
  consecutive: orFalse(integer({ min: 1, max: 10_000 })),
  openMs: durationMs({ min: 1 }),
  openCapMs: durationMs({ min: 1 }),
  probes: integer({ min: 1, max: 1_000 }),
  probeTimeoutMs: durationMs({ min: 1 }),
  rampMs: durationMs(),
};

/** One rule for each option of a policy; an owner with more options adds its own. */
export const policyRules: RulesOf<PolicyOptions> = {
  retry: nested(retryRules, { orFalse: true }),
  breaker: nested(breakerRules, { orFalse: true }),
  deadlineMs: durationMs({ min: 1 }),
  attemptTimeoutMs: durationMs({ min: 1 }),
  maxInFlight: integer({ min: 1 }),
  maxQueue: integer({ max: 10_000_000 }),
  maxQueueMs: durationMs({ min: 1 }),
  fallback: callback,
  classify: callback,
  onEvent: callback,
  clock: having("now", "schedule", "cancel"),
  random: callback,
};
