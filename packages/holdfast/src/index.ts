export type { RecommendedIoredisOptions, RecommendedNodeRedisOptions } from "./clients/index.ts";
export { recommendedOptions } from "./clients/index.ts";
export type {
  AttemptMessage,
  BreakerMessage,
  BreakerState,
  CacheMessage,
  Clock,
  CommandMessage,
  ConnectionMessage,
  HoldfastErrorCode,
  HoldfastErrorDetails,
  Outcome,
  Random,
  Timer,
} from "./core/index.ts";
export { errorCodes, HoldfastError, isHoldfastError, withDeadline } from "./core/index.ts";
export type {
  CommandOverride,
  CommandOverrides,
  Guard,
  GuardEvent,
  GuardEvents,
  GuardHealth,
  GuardMode,
  LastFailure,
  Latency,
  NodeHealth,
  ProtectOptions,
  ReadyOptions,
  WouldHave,
} from "./guard/index.ts";
export { guardOf, protect } from "./guard/index.ts";
export type {
  AttemptContext,
  BreakerOptions,
  ExecuteOptions,
  GiveUpEvent,
  GiveUpReason,
  Jitter,
  MethodDecorator,
  Policy,
  PolicyEvent,
  PolicyOptions,
  RefusedEvent,
  RetryBudgetOptions,
  RetryEvent,
  RetryOptions,
  StateEvent,
  TimeoutEvent,
  Verdict,
} from "./policy/index.ts";
export { createPolicy, RetryBudget } from "./policy/index.ts";
export type { SymptomId } from "./symptoms/index.ts";
