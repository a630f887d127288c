/*
 * The defaults of a policy, each with where it comes from. A part that is left out is off; these
 * apply within a part that is given.
 */

/** Calls of the function, the first included. The AWS SDKs' standard mode makes three. */
export const defaultAttempts = 3;

/** First upper bound of the pause between attempts, in milliseconds: half of the AWS SDK's. */
export const defaultBaseMs = 50;

/** Upper bound of every pause between attempts, in milliseconds. */
export const defaultCapMs = 1_000;

/** Full jitter spreads retries best for the work it makes (AWS, "Exponential Backoff And Jitter"). */
export const defaultJitter = "full";

/** The shortest time in which an attempt can be worth its start, in milliseconds. */
export const defaultLeastAttemptMs = 1;

/** Retries per call in the long run: a fifth more load at the worst, as in Finagle's RetryBudget. */
export const defaultBudgetRatio = 0.2;

/** Retries that are allowed before any call has paid for one. */
export const defaultBudgetFloor = 3;

/** The most retries that a quiet time can save up, so that an outage begins with no burst. */
export const defaultBudgetCapacity = 100;

/** Half of the calls failed: as Hystrix and Resilience4j. */
export const defaultFailureRate = 0.5;

/** Half of the calls were slow. Counts only where `slowMs` is given. */
export const defaultSlowRate = 0.5;

/** Length of the sliding window, in milliseconds: as Hystrix. */
export const defaultWindowMs = 10_000;

/** Calls in the window before a rate means anything: as Hystrix. */
export const defaultMinCalls = 20;

/** Longest pause before a probe, in milliseconds; jitter only shortens it. */
export const defaultOpenMs = 1_000;

/** Probes that must all succeed before the breaker closes. */
export const defaultProbes = 1;

/** Time that a probe has, in milliseconds. */
export const defaultProbeTimeoutMs = 1_000;

/** Time over which the bound on calls in flight rises after recovery, in milliseconds. */
export const defaultRampMs = 1_000;

/** Calls that may wait for a free place. None: waiting is asked for, never a surprise. */
export const defaultMaxQueue = 0;

/** Longest wait for a free place, in milliseconds. */
export const defaultMaxQueueMs = 1_000;
