export type {
  AttemptMessage,
  BreakerMessage,
  BreakerState,
  CacheMessage,
  CommandMessage,
  ConnectionMessage,
} from "./channels.ts";
export { channels } from "./channels.ts";
export type { Clock, Timer } from "./clock.ts";
export { systemClock } from "./clock.ts";
export { currentDeadline, withDeadline } from "./deadline.ts";
export type { HoldfastErrorCode, HoldfastErrorDetails, Outcome } from "./errors.ts";
export { errorCodes, HoldfastError, isHoldfastError, refusal } from "./errors.ts";
export type { Rule, RulesOf } from "./options.ts";
export { nearestName, validateOptions, validateValue } from "./options.ts";
export type { Random } from "./random.ts";
