import { HoldfastError, nearestName } from "../core/index.ts";

/** Options of one call. */
export interface ExecuteOptions {
  /** Aborts the call: it rejects with `signal.reason`, whatever it is waiting for. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether the function may run again when it may have had its effect. Default true. If false, only
   * an error whose outcome is `not-sent` or `refused` is retried.
   */
  readonly idempotent?: boolean | undefined;
}

const known = ["signal", "idempotent"];

/** What is wrong with a call, or undefined. Allocates nothing when all is well. */
export function mistakeIn(fn: unknown, options: ExecuteOptions): HoldfastError | undefined {
  if (typeof fn !== "function") return mistake(`fn is ${typeof fn}, expected a function`);
  if (typeof options !== "object" || options === null) {
    return mistake(`options is ${String(options)}, expected an options object`);
  }
  for (const name in options) {
    if (name !== "signal" && name !== "idempotent") {
      const nearest = nearestName(name, known);
      const hint =
        nearest === undefined ? `known: ${known.join(", ")}` : `did you mean ${nearest}?`;
      return mistake(`unknown option ${name} (${hint})`);
    }
  }
  const { signal, idempotent } = options;
  if (signal !== undefined && !isSignal(signal)) {
    return mistake(`signal is ${typeof signal}, expected an AbortSignal`);
  }
  if (idempotent !== undefined && typeof idempotent !== "boolean") {
    return mistake(`idempotent is ${typeof idempotent}, expected true or false`);
  }
  return undefined;
}

function isSignal(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as AbortSignal).aborted === "boolean" &&
    typeof (value as AbortSignal).addEventListener === "function"
  );
}

function mistake(message: string): HoldfastError {
  return new HoldfastError("HOLDFAST_OPTIONS", `execute: ${message}`);
}
