export type {
  Clock,
  HoldfastErrorCode,
  HoldfastErrorDetails,
  Outcome,
  Timer,
} from "./core/index.ts";
export { errorCodes, HoldfastError, isHoldfastError, withDeadline } from "./core/index.ts";
