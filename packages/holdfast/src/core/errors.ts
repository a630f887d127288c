/**
 * Is it certain that Redis did not execute the command?
 *
 * - `not-sent`: no byte of it left this process, and none will.
 * - `refused`: Redis, or a server in front of it, answered that it did not execute it.
 * - `unknown`: it was written and no reply came; it may have run, or may still run.
 */
export type Outcome = "not-sent" | "refused" | "unknown";

/** Every code that a {@link HoldfastError} can carry, with what it means and what to do. */
export const errorCodes = {
  HOLDFAST_OPTIONS:
    "An option is unknown, of the wrong type or out of range. The message names it, the value and the accepted range.",
  HOLDFAST_CLIENT:
    "The client is of a kind or version that cannot be guarded. The message names what is missing.",
  HOLDFAST_CLOSED: "The guard, cache, store or outbox was closed before the call. Open a new one.",
  HOLDFAST_OPEN:
    "The circuit breaker is open: recent calls failed, so this one was refused at once. `cause` is what opened it; `retryAfterMs` says when to try again.",
  HOLDFAST_DEADLINE:
    "The total time budget ran out. `outcome` says whether Redis may have executed the command.",
  HOLDFAST_UNAVAILABLE:
    "There is no usable connection and none came in time, or it was lost before the reply came: `outcome` tells which. `cause` is the last connection failure.",
  HOLDFAST_OVERLOADED:
    "Too much is in flight or waiting already (bulkhead, queue or loader limit). Nothing was sent. Shed load, or raise the limit.",
  HOLDFAST_KEY: "A key is not a string, is empty, or is longer than 64 KiB.",
  HOLDFAST_VALUE: "A value cannot be serialised. `cause` is the serializer's own error.",
  HOLDFAST_COOKIE_SIZE:
    "The sealed session would make the cookie exceed 4096 bytes. Store less in the session.",
  HOLDFAST_SPOOL_FULL: "The spool on disk is full. Nothing was stored; the caller keeps the job.",
  HOLDFAST_SPOOL_LOCKED: "Another living process has the spool directory open.",
} as const;

export type HoldfastErrorCode = keyof typeof errorCodes;

export interface HoldfastErrorDetails {
  readonly outcome?: Outcome;
  /** The id of the symptom in `holdfast/symptoms` that explains the failure, where there is one. */
  readonly symptom?: string | undefined;
  /** Attempts made, the first included. Default 0. */
  readonly attempts?: number;
  /** Time from the call to this error, in milliseconds. Default 0. */
  readonly elapsedMs?: number;
  /** When a new call has a chance, in milliseconds from now. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

const brand = Symbol.for("holdfast.error");

/**
 * A refusal or a missed deadline of Holdfast's own. What the callee or the Redis server answered is
 * never wrapped: it reaches the caller as the client's own error object.
 */
export class HoldfastError extends Error {
  override readonly name: string = "HoldfastError";
  readonly code: HoldfastErrorCode;
  readonly outcome: Outcome;
  declare readonly symptom?: string;
  readonly attempts: number;
  readonly elapsedMs: number;
  declare readonly retryAfterMs?: number;

  constructor(code: HoldfastErrorCode, message: string, details: HoldfastErrorDetails = {}) {
    const reason = causeMessage(details.cause);
    super(
      reason === "" ? message : `${message}: ${reason}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    this.outcome = details.outcome ?? "not-sent";
    if (details.symptom !== undefined) this.symptom = details.symptom;
    this.attempts = details.attempts ?? 0;
    this.elapsedMs = details.elapsedMs ?? 0;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
  }
}

Object.defineProperty(HoldfastError.prototype, brand, { value: true });

/**
 * Makes a {@link HoldfastError} without capturing a stack. For the refusal path only: thousands of
 * calls are refused each second while a breaker is open, and a stack costs more than all the rest.
 */
export function refusal(
  code: HoldfastErrorCode,
  message: string,
  details: HoldfastErrorDetails,
): HoldfastError {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return new HoldfastError(code, message, details);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Recognises a {@link HoldfastError}, also one that comes from another copy of this package. */
export function isHoldfastError(error: unknown): error is HoldfastError {
  return typeof error === "object" && error !== null && Reflect.get(error, brand) === true;
}

function causeMessage(cause: unknown): string {
  if (cause instanceof Error) {
    // node-redis's TimeoutError has an empty message: its class is all that it says.
    return cause.message === "" ? cause.constructor.name : cause.message;
  }
  return typeof cause === "string" ? cause : "";
}
