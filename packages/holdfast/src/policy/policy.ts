import type { BreakerState } from "../core/index.ts";
import { validateValue } from "../core/index.ts";
import { callback } from "../core/rules.ts";
import type { AttemptContext } from "./attempt.ts";
import type { MethodDecorator } from "./decorator.ts";
import { asMethodDecorator } from "./decorator.ts";
import { Engine } from "./engine.ts";
import type { ExecuteOptions } from "./execute-options.ts";
import type { PolicyOptions } from "./options.ts";
import { resolvePolicyOptions } from "./resolve.ts";

/**
 * What protects calls of one dependency. Its methods need no `this`.
 *
 * @typeParam Fallback - What the policy's `fallback` gives; `never` without one.
 */
export interface Policy<Fallback = never> {
  /** Of the breaker; `closed` where there is none. */
  readonly state: BreakerState;
  /**
   * Calls `fn` under the policy.
   *
   * @returns What `fn` gives, or the fallback's value. It rejects with the last error of `fn`; with a
   * `HoldfastError` when Holdfast refused the call (`HOLDFAST_OPEN`, `HOLDFAST_OVERLOADED`), when
   * time ran out (`HOLDFAST_DEADLINE`) or when the arguments are wrong (`HOLDFAST_OPTIONS`); and with
   * `signal.reason` when the caller aborted.
   */
  execute<T>(
    fn: (context: AttemptContext) => T | PromiseLike<T>,
    options?: ExecuteOptions,
  ): Promise<T | Fallback>;
  /** A function with the same `this`, name and arguments whose every call goes through the policy. */
  wrap<This, Args extends unknown[], T>(
    fn: (this: This, ...args: Args) => T | PromiseLike<T>,
  ): (this: This, ...args: Args) => Promise<T | Fallback>;
  /** A standard (TC39) decorator for methods that return a promise. */
  method(): MethodDecorator<Fallback>;
  /**
   * Holds the breaker open: every call is refused until `release` is called by everyone who
   * isolated it. Works without a `breaker` option too.
   */
  isolate(): { release(): void };
}

/**
 * Makes a policy for calls of any asynchronous function. The order of its parts is fixed: fallback
 * around deadline around retry around bulkhead around breaker around attempt time-out.
 *
 * @throws HoldfastError `HOLDFAST_OPTIONS`.
 */
export function createPolicy<Fallback = never>(
  options: PolicyOptions<Fallback> = {},
): Policy<Fallback> {
  const engine = new Engine(resolvePolicyOptions("createPolicy", options));
  const wrap = <This, Args extends unknown[], T>(
    fn: (this: This, ...args: Args) => T | PromiseLike<T>,
  ): ((this: This, ...args: Args) => Promise<T | Fallback>) => {
    validateValue("wrap", "fn", fn, callback);
    const wrapped = function (this: This, ...args: Args): Promise<T | Fallback> {
      return engine.execute(() => fn.apply(this, args)) as Promise<T | Fallback>;
    };
    Object.defineProperty(wrapped, "name", { value: fn.name, configurable: true });
    Object.defineProperty(wrapped, "length", { value: fn.length, configurable: true });
    return wrapped;
  };
  return {
    get state() {
      return engine.breaker?.state ?? "closed";
    },
    execute: (fn, executeOptions) => engine.execute(fn, executeOptions) as Promise<never>,
    wrap,
    method: () => asMethodDecorator(wrap),
    isolate: () => engine.isolate(),
  };
}
