import type { Clock, Random, RulesOf } from "../core/index.ts";
import { HoldfastError, systemClock, validateOptions } from "../core/index.ts";
import type { BackoffSettings } from "./backoff.ts";
import type { BreakerSettings } from "./breaker-settings.ts";
import type { BulkheadSettings } from "./bulkhead.ts";
import * as defaults from "./defaults.ts";
import type { PolicyEvent } from "./events.ts";
import type { BreakerOptions, PolicyOptions, RetryOptions } from "./options.ts";
import { policyRules } from "./options.ts";
import { RetryBudget } from "./retry-budget.ts";
import type { Verdict } from "./verdict.ts";
import { classifyByDefault } from "./verdict.ts";

export interface RetrySettings {
  readonly attempts: number;
  readonly leastAttemptMs: number;
  readonly backoff: BackoffSettings;
  readonly budget: RetryBudget | undefined;
}

/** A policy's options with every default in place. What is off is undefined, or `Infinity`. */
export interface PolicySettings {
  readonly retry: RetrySettings | undefined;
  readonly breaker: BreakerSettings | undefined;
  readonly bulkhead: BulkheadSettings | undefined;
  readonly deadlineMs: number;
  readonly attemptTimeoutMs: number;
  readonly fallback: ((failure: unknown) => unknown) | undefined;
  readonly classify: (error: unknown) => Verdict;
  readonly onEvent: ((event: PolicyEvent) => void) | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Checks a policy's options whole and fills in the defaults.
 *
 * @param owner - The function whose options they are, for the message.
 * @param rules - Of the owner, when it has options besides those of a policy.
 * @throws HoldfastError `HOLDFAST_OPTIONS`.
 */
export function resolvePolicyOptions<T>(
  owner: string,
  options: PolicyOptions<T>,
  rules: RulesOf<PolicyOptions<T>> = policyRules,
): PolicySettings {
  validateOptions(owner, options, rules);
  const conflict = conflictIn(options);
  if (conflict !== undefined) throw new HoldfastError("HOLDFAST_OPTIONS", `${owner}: ${conflict}`);
  const { retry, breaker } = options;
  return {
    retry: retry ? resolveRetry(retry) : undefined,
    breaker: breaker ? resolveBreaker(breaker, options) : undefined,
    bulkhead: resolveBulkhead(options),
    deadlineMs: options.deadlineMs ?? Number.POSITIVE_INFINITY,
    attemptTimeoutMs: options.attemptTimeoutMs ?? Number.POSITIVE_INFINITY,
    fallback: options.fallback,
    classify: options.classify ?? classifyByDefault,
    onEvent: options.onEvent,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
}

/** Options that are each in range and yet cannot be meant together. */
function conflictIn<T>(options: PolicyOptions<T>): string | undefined {
  const { maxInFlight, maxQueue, maxQueueMs, retry, breaker, deadlineMs } = options;
  if (maxQueue !== undefined && maxInFlight === undefined) {
    return `maxQueue is ${maxQueue}, expected maxInFlight with it: without one nothing ever waits`;
  }
  if (maxQueueMs !== undefined && maxQueue === undefined) {
    return `maxQueueMs is ${maxQueueMs}, expected maxQueue with it: nothing waits without one`;
  }
  if (retry && below(retry.capMs, retry.baseMs ?? defaults.defaultBaseMs)) {
    return `retry.capMs is ${retry.capMs}, expected at least retry.baseMs (${retry.baseMs ?? defaults.defaultBaseMs})`;
  }
  const given = retry ? retry.leastAttemptMs : undefined;
  const leastMs = given ?? defaults.defaultLeastAttemptMs;
  if (below(deadlineMs, leastMs)) {
    return `retry.leastAttemptMs is ${leastMs}, expected at most deadlineMs (${deadlineMs})`;
  }
  if (breaker && below(breaker.openCapMs, breaker.openMs ?? defaults.defaultOpenMs)) {
    return `breaker.openCapMs is ${breaker.openCapMs}, expected at least breaker.openMs (${breaker.openMs ?? defaults.defaultOpenMs})`;
  }
  return undefined;
}

function below(value: number | undefined, least: number): boolean {
  return value !== undefined && value < least;
}

function resolveRetry(options: RetryOptions): RetrySettings {
  const attempts = options.attempts ?? defaults.defaultAttempts;
  const baseMs = options.baseMs ?? defaults.defaultBaseMs;
  return {
    attempts,
    leastAttemptMs: options.leastAttemptMs ?? defaults.defaultLeastAttemptMs,
    backoff: {
      baseMs,
      capMs: options.capMs ?? Math.max(baseMs, defaults.defaultCapMs),
      jitter: options.jitter ?? defaults.defaultJitter,
    },
    budget: resolveBudget(options.budget ?? {}, attempts),
  };
}

function resolveBudget(
  budget: Exclude<RetryOptions["budget"], undefined>,
  attempts: number,
): RetryBudget | undefined {
  if (budget === false) return undefined;
  if (budget instanceof RetryBudget) return budget;
  // A lone call on a fresh policy may use all of its attempts.
  const floor = Math.max(defaults.defaultBudgetFloor, attempts - 1);
  return new RetryBudget({
    ...budget,
    floor: budget.floor ?? Math.min(floor, budget.capacity ?? floor),
  });
}

function resolveBreaker<T>(options: BreakerOptions, policy: PolicyOptions<T>): BreakerSettings {
  const openMs = options.openMs ?? defaults.defaultOpenMs;
  return {
    failureRate: rateOf(options.failureRate, defaults.defaultFailureRate),
    slowRate: rateOf(options.slowRate, defaults.defaultSlowRate),
    slowMs: options.slowMs ?? Number.POSITIVE_INFINITY,
    windowMs: options.windowMs ?? defaults.defaultWindowMs,
    minCalls: options.minCalls ?? defaults.defaultMinCalls,
    consecutive: options.consecutive || 0,
    openMs,
    openCapMs: options.openCapMs ?? openMs,
    probes: options.probes ?? defaults.defaultProbes,
    probeTimeoutMs: Math.min(
      options.probeTimeoutMs ?? defaults.defaultProbeTimeoutMs,
      policy.attemptTimeoutMs ?? Number.POSITIVE_INFINITY,
      policy.deadlineMs ?? Number.POSITIVE_INFINITY,
    ),
    rampMs: options.rampMs ?? defaults.defaultRampMs,
  };
}

function rateOf(value: number | false | undefined, byDefault: number): number {
  return value === false ? Number.POSITIVE_INFINITY : (value ?? byDefault);
}

function resolveBulkhead<T>(options: PolicyOptions<T>): BulkheadSettings | undefined {
  const { maxInFlight, maxQueue, maxQueueMs } = options;
  if (maxInFlight === undefined) return undefined;
  return {
    maxInFlight,
    maxQueue: maxQueue ?? defaults.defaultMaxQueue,
    maxQueueMs: maxQueueMs ?? defaults.defaultMaxQueueMs,
  };
}
