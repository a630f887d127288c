export type { AttemptContext } from "./attempt.ts";
export type { BackoffSettings, Jitter } from "./backoff.ts";
export { Backoff } from "./backoff.ts";
export type { BreakerSettings } from "./breaker-settings.ts";
export { CircuitBreaker, refused } from "./circuit-breaker.ts";
export type { MethodDecorator } from "./decorator.ts";
export type {
  GiveUpEvent,
  GiveUpReason,
  PolicyEvent,
  RefusedEvent,
  RetryEvent,
  StateEvent,
  TimeoutEvent,
} from "./events.ts";
export type { ExecuteOptions } from "./execute-options.ts";
export type { BreakerOptions, PolicyOptions, RetryOptions } from "./options.ts";
export { breakerRules, policyRules } from "./options.ts";
export type { Policy } from "./policy.ts";
export { createPolicy } from "./policy.ts";
export type { PolicySettings } from "./resolve.ts";
export { resolvePolicyOptions } from "./resolve.ts";
export type { RetryBudgetOptions } from "./retry-budget.ts";
export { RetryBudget } from "./retry-budget.ts";
export type { Verdict } from "./verdict.ts";
export { CallbackGuard } from "./warning.ts";
