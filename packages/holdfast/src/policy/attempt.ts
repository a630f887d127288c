import type { Timer } from "../core/index.ts";
import type { Call } from "./call.ts";
import { refused } from "./circuit-breaker.ts";
import { Expiring } from "./expiry-queue.ts";
import { attemptTimeoutError } from "./refusals.ts";

const nativeThen = Promise.prototype.then;

/** What the function that a policy calls may look at. */
export interface AttemptContext {
  /**
   * Aborts when the attempt is given up: its time is over, the deadline passed, or the caller
   * aborted. Made when it is first read, so a function that never reads it pays nothing.
   */
  readonly signal: AbortSignal;
  /** The number of this attempt; the first is 1. */
  readonly attempt: number;
  /** What is left for this attempt now, in milliseconds; `Infinity` without a limit. */
  readonly remainingMs: number;
}

/** The place of an attempt among those that time out after `attemptTimeoutMs`. */
export class AttemptLimit extends Expiring {
  readonly attempt: Attempt;

  constructor(attempt: Attempt) {
    super();
    this.attempt = attempt;
  }
}

// The function holds its attempt as its context, so what the engine does with an attempt is not
// among its methods: these reach its private side instead.

/** Calls the function. */
export let runAttempt: (attempt: Attempt, fn: (context: AttemptContext) => unknown) => void;

/** It had no result in time. */
export let expireAttempt: (attempt: Attempt, now: number) => void;

/**
 * The caller left or the deadline passed. A short budget of the caller's says nothing about the other
 * side, so the result is still awaited for the breaker; a probe's permit goes back at once.
 */
export let abandonAttempt: (attempt: Attempt, reason: unknown, now: number) => void;

/**
 * One call of the function. It outlives the interest of its caller: until the function settles it
 * holds its place in flight, and until then or its time-out it owes the breaker a result.
 */
export class Attempt implements AttemptContext {
  readonly #call: Call;
  readonly #number: number;
  /** Of the breaker; {@link refused} where there is none, and once it has had its result. */
  #permit: number;
  readonly #startedAt: number;
  /** Why nobody waits for it any more. */
  #givenUp: { readonly reason: unknown } | undefined = undefined;
  #controller: AbortController | undefined = undefined;
  #limit: AttemptLimit | Timer | undefined = undefined;

  static {
    runAttempt = (attempt, fn) => attempt.#run(fn);
    expireAttempt = (attempt, now) => attempt.#expire(now);
    abandonAttempt = (attempt, reason, now) => attempt.#abandon(reason, now);
  }

  constructor(call: Call, number: number, permit: number, now: number) {
    this.#call = call;
    this.#number = number;
    this.#permit = permit;
    this.#startedAt = now;
    const { breaker, attempts } = call.engine;
    if (breaker?.isProbe(permit)) {
      call.keepContext();
      this.#arm(this.#timeoutMs());
    } else if (attempts !== undefined) {
      const limit = new AttemptLimit(this);
      attempts.add(limit, now);
      this.#limit = limit;
    }
  }

  get attempt(): number {
    return this.#number;
  }

  get remainingMs(): number {
    const endsAt = Math.min(this.#startedAt + this.#timeoutMs(), this.#call.dueAt);
    return Math.max(0, endsAt - this.#call.engine.clock.now());
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#givenUp !== undefined) this.#controller.abort(this.#givenUp.reason);
    return this.#controller.signal;
  }

  #run(fn: (context: AttemptContext) => unknown): void {
    let result: Promise<unknown>;
    try {
      // Takes a thenable of any make, and a function that returns no promise at all.
      result = Promise.resolve(fn(this));
    } catch (error) {
      this.#failed(error);
      return;
    }
    // The promise may have a `then` of its own that calls back twice; a permit goes back once.
    // Bound functions are smaller than closures.
    nativeThen.call(result, this.#succeeded.bind(this), this.#failed.bind(this));
  }

  #expire(now: number): void {
    const { engine, startedAt } = this.#call;
    const afterMs = now - this.#startedAt;
    const error = attemptTimeoutError(this.#number, afterMs, now - startedAt);
    this.#disarm();
    const verdict = engine.judge(error);
    this.#report(verdict.countsAsFailure, error, now);
    if (this.#givenUp !== undefined) return;
    this.#giveUp(error);
    engine.onEvent?.({ type: "timeout", attempt: this.#number, afterMs });
    this.#call.attemptFailed(this, error, verdict, now);
  }

  #abandon(reason: unknown, now: number): void {
    const { breaker, attempts, settings } = this.#call.engine;
    this.#giveUp(reason);
    if (this.#permit === refused || breaker === undefined) {
      this.#disarm();
      return;
    }
    const elapsedMs = now - this.#startedAt;
    const leftMs = Math.min(this.#timeoutMs(), settings.deadlineMs) - elapsedMs;
    if (leftMs <= 0) {
      this.#expire(now);
    } else if (breaker.isProbe(this.#permit)) {
      this.#disarm();
      this.#report(false, reason, now);
    } else if (attempts === undefined && leftMs !== Number.POSITIVE_INFINITY) {
      this.#arm(leftMs);
    }
  }

  #succeeded(value: unknown): void {
    const { breaker, bulkhead, clock, isSlowCounted } = this.#call.engine;
    this.#disarm();
    const permit = this.#permit;
    if (breaker !== undefined && permit !== refused) {
      this.#permit = refused;
      if (isSlowCounted || breaker.state !== "closed") {
        const now = clock.now();
        breaker.success(permit, now, now - this.#startedAt);
      } else {
        // To read the clock is a third of what a call costs. Dated by its start, a success leaves
        // the window a little early, never late.
        breaker.success(permit, this.#startedAt, 0);
      }
    }
    this.#call.attemptSucceeded(this, value);
    bulkhead?.exit();
  }

  #failed(error: unknown): void {
    const { engine } = this.#call;
    const now = engine.clock.now();
    this.#disarm();
    if (this.#givenUp === undefined) {
      const verdict = engine.judge(error);
      this.#report(verdict.countsAsFailure, error, now);
      this.#call.attemptFailed(this, error, verdict, now);
    } else {
      // It ended because it was told to: that is no news of the other side.
      this.#report(false, error, now);
    }
    engine.bulkhead?.exit();
  }

  #giveUp(reason: unknown): void {
    this.#givenUp = { reason };
    this.#controller?.abort(reason);
  }

  #report(failed: boolean, error: unknown, now: number): void {
    const { breaker } = this.#call.engine;
    const permit = this.#permit;
    if (permit === refused || breaker === undefined) return;
    this.#permit = refused;
    if (failed) breaker.failure(permit, now, now - this.#startedAt, error);
    else breaker.ignore(permit, now);
  }

  /** The longest that the breaker waits for a result. */
  #timeoutMs(): number {
    const { breaker, settings } = this.#call.engine;
    const { attemptTimeoutMs } = settings;
    if (settings.breaker === undefined || !breaker?.isProbe(this.#permit)) return attemptTimeoutMs;
    return settings.breaker.probeTimeoutMs;
  }

  #arm(delayMs: number): void {
    const { clock } = this.#call.engine;
    this.#limit = clock.schedule(() => {
      this.#limit = undefined;
      this.#expire(clock.now());
    }, delayMs);
  }

  #disarm(): void {
    const limit = this.#limit;
    if (limit === undefined) return;
    const { attempts, clock } = this.#call.engine;
    this.#limit = undefined;
    if (limit instanceof AttemptLimit) attempts?.remove(limit);
    else clock.cancel(limit);
  }
}
