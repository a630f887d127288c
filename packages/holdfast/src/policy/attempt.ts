import type { Timer } from "../core/index.ts";
import type { Call } from "./call.ts";
import type { Engine } from "./engine.ts";
import { Expiring } from "./expiry-queue.ts";
import { attemptTimeoutError } from "./refusals.ts";

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

/** The function's view of an {@link Attempt}. */
class Context implements AttemptContext {
  readonly #attempt: Attempt;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
  }

  get signal(): AbortSignal {
    return this.#attempt.signal();
  }

  get attempt(): number {
    return this.#attempt.number;
  }

  get remainingMs(): number {
    return this.#attempt.remainingMs();
  }
}

/**
 * One call of the function. It outlives the interest of its caller: until the function settles it
 * holds its place in flight, and until then or its time-out it owes the breaker a result.
 */
export class Attempt extends Expiring {
  readonly #engine: Engine;
  readonly #call: Call;
  readonly #permit: number;
  readonly #startedAt: number;
  /** The longest that the breaker waits for a result. */
  readonly #timeoutMs: number;
  readonly number: number;
  #owesResult = true;
  /** Why nobody waits for it any more. */
  #givenUp: { readonly reason: unknown } | undefined = undefined;
  #controller: AbortController | undefined = undefined;
  #timer: Timer | undefined = undefined;

  constructor(engine: Engine, call: Call, number: number, permit: number, now: number) {
    super();
    this.#engine = engine;
    this.#call = call;
    this.number = number;
    this.#permit = permit;
    this.#startedAt = now;
    const { attemptTimeoutMs, breaker } = engine.settings;
    const isProbe = engine.breaker?.isProbe(permit) === true && breaker !== undefined;
    this.#timeoutMs = isProbe ? breaker.probeTimeoutMs : attemptTimeoutMs;
    if (isProbe) this.#arm(this.#timeoutMs);
    else engine.attempts?.add(this, now);
  }

  run(fn: (context: AttemptContext) => unknown): void {
    let result: Promise<unknown>;
    try {
      // Takes a thenable of any make, and a function that returns no promise at all.
      result = Promise.resolve(fn(new Context(this)));
    } catch (error) {
      this.#failed(error);
      return;
    }
    result.then(
      (value) => this.#succeeded(value),
      (error: unknown) => this.#failed(error),
    );
  }

  signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#givenUp !== undefined) this.#controller.abort(this.#givenUp.reason);
    return this.#controller.signal;
  }

  remainingMs(): number {
    const endsAt = Math.min(this.#startedAt + this.#timeoutMs, this.#call.deadlineAt);
    return Math.max(0, endsAt - this.#engine.clock.now());
  }

  /** It had no result in time. */
  expire(now: number): void {
    const afterMs = now - this.#startedAt;
    const error = attemptTimeoutError(this.number, afterMs, now - this.#call.startedAt);
    this.#disarm();
    const verdict = this.#engine.judge(error);
    this.#report(verdict.countsAsFailure, error, now);
    if (this.#givenUp !== undefined) return;
    this.#giveUp(error);
    this.#engine.onEvent?.({ type: "timeout", attempt: this.number, afterMs });
    this.#call.attemptFailed(this, error, verdict, now);
  }

  /**
   * The caller left or the deadline passed. A short budget of the caller's says nothing about the
   * other side, so the result is still awaited for the breaker; a probe's permit goes back at once.
   */
  abandon(reason: unknown, now: number): void {
    const { breaker, attempts, settings } = this.#engine;
    this.#giveUp(reason);
    if (!this.#owesResult || breaker === undefined) {
      this.#disarm();
      return;
    }
    const elapsedMs = now - this.#startedAt;
    const leftMs = Math.min(this.#timeoutMs, settings.deadlineMs) - elapsedMs;
    if (leftMs <= 0) {
      this.expire(now);
    } else if (breaker.isProbe(this.#permit)) {
      this.#disarm();
      this.#report(false, reason, now);
    } else if (attempts === undefined && leftMs !== Number.POSITIVE_INFINITY) {
      this.#arm(leftMs);
    }
  }

  #succeeded(value: unknown): void {
    const { breaker, bulkhead, clock } = this.#engine;
    this.#disarm();
    if (breaker !== undefined && this.#owesResult) {
      this.#owesResult = false;
      const now = clock.now();
      breaker.success(this.#permit, now, now - this.#startedAt);
    }
    this.#call.attemptSucceeded(this, value);
    bulkhead?.exit();
  }

  #failed(error: unknown): void {
    const { bulkhead, clock } = this.#engine;
    const now = clock.now();
    this.#disarm();
    if (this.#givenUp === undefined) {
      const verdict = this.#engine.judge(error);
      this.#report(verdict.countsAsFailure, error, now);
      this.#call.attemptFailed(this, error, verdict, now);
    } else {
      // It ended because it was told to: that is no news of the other side.
      this.#report(false, error, now);
    }
    bulkhead?.exit();
  }

  #giveUp(reason: unknown): void {
    this.#givenUp = { reason };
    this.#controller?.abort(reason);
  }

  #report(failed: boolean, error: unknown, now: number): void {
    const { breaker } = this.#engine;
    if (!this.#owesResult || breaker === undefined) return;
    this.#owesResult = false;
    if (failed) breaker.failure(this.#permit, now, now - this.#startedAt, error);
    else breaker.ignore(this.#permit, now);
  }

  #arm(delayMs: number): void {
    const { clock } = this.#engine;
    this.#timer = clock.schedule(() => {
      this.#timer = undefined;
      this.expire(clock.now());
    }, delayMs);
  }

  #disarm(): void {
    this.#engine.attempts?.remove(this);
    if (this.#timer === undefined) return;
    this.#engine.clock.cancel(this.#timer);
    this.#timer = undefined;
  }
}
