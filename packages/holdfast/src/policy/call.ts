import { AsyncResource } from "node:async_hooks";
import type { HoldfastError, Timer } from "../core/index.ts";
import type { AttemptContext } from "./attempt.ts";
import { Attempt, abandonAttempt, runAttempt } from "./attempt.ts";
import { Ticket } from "./bulkhead.ts";
import { refused } from "./circuit-breaker.ts";
import type { Engine } from "./engine.ts";
import type { ExecuteOptions } from "./execute-options.ts";
import type { Expirable } from "./expiry-queue.ts";
import { reasonToGiveUp } from "./give-up.ts";
import { deadlineError, fallbackError, openError, overloadedError } from "./refusals.ts";
import { rejectSoon } from "./settlers.ts";
import type { Abortable } from "./signal-watch.ts";
import { unwatchSignal, watchSignal } from "./signal-watch.ts";
import type { Verdict } from "./verdict.ts";

/**
 * What a call waits for; the data of each is beside it in the call, not inside, because a call on
 * the happy path must not allocate for a change of state.
 *
 * - `queued`: a place in flight (`wait` is its ticket)
 * - `running`: an attempt (`current`)
 * - `sleeping`: the pause before the next attempt (`wait` is its timer)
 * - `falling-back`: the fallback's value
 */
type Phase = "queued" | "running" | "sleeping" | "falling-back" | "settled";

/** One `execute`: from the caller's promise down to its attempts. It is due at its deadline. */
export class Call implements Expirable, Abortable {
  // Not inherited from Expiring: a base constructor costs a tenth of the whole call.
  dueAt = 0;
  next: Expirable | undefined = undefined;
  previous: Expirable | undefined = undefined;
  readonly engine: Engine;
  readonly startedAt: number;
  readonly #fn: (context: AttemptContext) => unknown;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #options: ExecuteOptions;
  #phase: Phase = "running";
  #attempts = 0;
  #current: Attempt | undefined = undefined;
  #wait: Ticket<Call> | Timer | undefined = undefined;
  /** For a budget that `withDeadline` made shorter than the policy's. */
  #deadlineTimer: Timer | undefined = undefined;
  /** Where shared timers and queues find the caller's async context again. */
  #scope: AsyncResource | undefined = undefined;
  #lastError: unknown = undefined;
  #waitMs = 0;

  constructor(
    engine: Engine,
    fn: (context: AttemptContext) => unknown,
    resolve: (value: unknown) => void,
    reject: (reason: unknown) => void,
    options: ExecuteOptions,
    now: number,
  ) {
    this.engine = engine;
    this.startedAt = now;
    this.#fn = fn;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#options = options;
  }

  start(): void {
    const { signal } = this.#options;
    if (signal !== undefined) watchSignal(signal, this);
    if (this.engine.isContextual) this.keepContext();
    this.#limit(this.startedAt);
    this.#tryAttempt(this.startedAt);
  }

  /** The caller's signal aborted. */
  abort(reason: unknown): void {
    if (this.#phase === "settled") return;
    const attempt = this.#current;
    this.#settle();
    if (attempt !== undefined) abandonAttempt(attempt, reason, this.engine.clock.now());
    this.#reject(reason);
  }

  /** The deadline passed. */
  expire(now: number): void {
    this.#within(() => this.#passDeadline(now));
  }

  /** Remembers the async context, for whatever goes on from a timer or from another call's end. */
  keepContext(): void {
    this.#scope ??= new AsyncResource("HOLDFAST_CALL");
  }

  /** There is a place in flight for it now. */
  admitted(): void {
    this.#wait = undefined;
    this.#within(() => this.#begin(this.engine.clock.now()));
  }

  /** It waited too long for a place. */
  overdue(): void {
    this.#wait = undefined;
    const elapsedMs = this.#elapsedMs();
    this.#within(() => this.#refuse(overloadedError("waited too long in the queue", elapsedMs)));
  }

  /** The breaker opened while it waited for a place. */
  shutOut(): void {
    this.#wait = undefined;
    this.#within(() => this.#refuseOpen(this.engine.clock.now()));
  }

  attemptSucceeded(attempt: Attempt, value: unknown): void {
    if (this.#current !== attempt) return;
    this.#settle();
    this.#resolve(value);
  }

  attemptFailed(attempt: Attempt, error: unknown, verdict: Verdict, now: number): void {
    if (this.#current !== attempt) return;
    this.#within(() => this.#retryOrFail(error, verdict, now));
  }

  /** Gives it the policy's time from now, or what `withDeadline` has left where that is less. */
  #limit(now: number): void {
    const { clock, deadlines, settings } = this.engine;
    const ambientMs = this.engine.ambientMs(now);
    if (ambientMs < settings.deadlineMs) {
      this.dueAt = now + ambientMs;
      this.keepContext();
      const expire = (): void => this.expire(clock.now());
      this.#deadlineTimer = clock.schedule(expire, Math.max(0, ambientMs));
    } else if (deadlines !== undefined) {
      deadlines.add(this, now);
    } else {
      this.dueAt = Number.POSITIVE_INFINITY;
    }
  }

  #tryAttempt(now: number): void {
    const { breaker, bulkhead } = this.engine;
    if (bulkhead === undefined) {
      this.#begin(now);
      return;
    }
    // Nobody waits in a queue for what would be refused anyhow.
    if (breaker?.refuses(now)) {
      this.#refuseOpen(now);
      return;
    }
    if (bulkhead.tryEnter()) {
      this.#begin(now);
      return;
    }
    this.#phase = "queued";
    this.#wait = bulkhead.enqueue(this, now);
    if (this.#wait === undefined) {
      const { maxInFlight } = this.engine.settings.bulkhead ?? { maxInFlight: 0 };
      this.#refuse(overloadedError(`${maxInFlight} calls are in flight`, this.#elapsedMs()));
    } else {
      this.keepContext();
    }
  }

  /** Holds a place in flight where there are places. */
  #begin(now: number): void {
    const { breaker, bulkhead, leastAttemptMs, settings } = this.engine;
    if (this.dueAt - now < leastAttemptMs) {
      bulkhead?.exit();
      this.#passDeadline(now);
      return;
    }
    const permit = breaker === undefined ? refused : breaker.admit(now);
    if (breaker !== undefined && permit === refused) {
      bulkhead?.exit();
      this.#refuseOpen(now);
      return;
    }
    if (this.#attempts === 0) settings.retry?.budget?.deposit();
    this.#phase = "running";
    this.#attempts++;
    this.#current = new Attempt(this, this.#attempts, permit, now);
    runAttempt(this.#current, this.#fn);
  }

  #retryOrFail(error: unknown, verdict: Verdict, now: number): void {
    const { backoff, clock } = this.engine;
    const attempt = this.#attempts;
    this.#current = undefined;
    this.#lastError = error;
    if (backoff === undefined) {
      this.#fail(error);
      return;
    }
    this.#waitMs = backoff.waitMs(attempt, this.#waitMs);
    const hintMs = verdict.delayMs ?? 0;
    const waitMs = hintMs > this.#waitMs ? hintMs : this.#waitMs;
    const { dueAt } = this;
    const mayRepeat = this.#options.idempotent !== false;
    const reason = reasonToGiveUp(this.engine, {
      error,
      verdict,
      attempt,
      waitMs,
      now,
      dueAt,
      mayRepeat,
    });
    if (reason !== undefined) {
      this.engine.onEvent?.({ type: "give-up", error, attempt, reason });
      this.#fail(error);
      return;
    }
    this.#phase = "sleeping";
    this.keepContext();
    this.#wait = clock.schedule(() => this.#wake(), waitMs);
    this.engine.onEvent?.({ type: "retry", error, attempt, waitMs });
  }

  #wake(): void {
    this.#wait = undefined;
    this.#within(() => this.#tryAttempt(this.engine.clock.now()));
  }

  #refuseOpen(now: number): void {
    const { breaker } = this.engine;
    if (breaker !== undefined) this.#refuse(openError(breaker, now, this.startedAt));
  }

  /** No attempt is made: the callee's own last error says more than the refusal, if there is one. */
  #refuse(error: HoldfastError): void {
    if (this.#attempts > 0) {
      this.#fail(this.#lastError);
      return;
    }
    this.engine.onEvent?.({ type: "refused", code: error.code });
    this.#fail(error);
  }

  #passDeadline(now: number): void {
    if (this.#phase === "settled") return;
    const elapsedMs = now - this.startedAt;
    if (this.#phase === "falling-back") {
      this.#finish(this.#reject, fallbackError(elapsedMs, this.#attempts, this.#lastError));
      return;
    }
    const attempt = this.#current;
    this.#current = undefined;
    const error = deadlineError(elapsedMs, this.#attempts, this.#lastError);
    if (attempt !== undefined) abandonAttempt(attempt, error, now);
    this.#fail(error);
  }

  #fail(error: unknown): void {
    if (this.#phase === "settled") return;
    if (this.engine.settings.fallback === undefined) {
      this.#settle();
      rejectSoon(this.#reject, error);
    } else {
      this.#fallBack(this.engine.settings.fallback, error);
    }
  }

  #fallBack(fallback: (failure: unknown) => unknown, failure: unknown): void {
    this.#clearTimers();
    this.#phase = "falling-back";
    this.#lastError = failure;
    // As long again: a fallback is wanted most when the first budget is spent.
    this.#limit(this.engine.clock.now());
    let value: Promise<unknown>;
    try {
      value = Promise.resolve(fallback(failure));
    } catch (thrown) {
      value = Promise.reject(thrown);
    }
    value.then(
      (given) => this.#finish(this.#resolve, given),
      (reason: unknown) => this.#finish(this.#reject, reason),
    );
  }

  #finish(how: (value: unknown) => void, value: unknown): void {
    if (this.#phase === "settled") return;
    this.#settle();
    how(value);
  }

  #settle(): void {
    this.#phase = "settled";
    this.#current = undefined;
    const { signal } = this.#options;
    if (signal !== undefined) unwatchSignal(signal, this);
    this.#clearTimers();
  }

  #clearTimers(): void {
    const { bulkhead, clock, deadlines } = this.engine;
    const wait = this.#wait;
    deadlines?.remove(this);
    if (this.#deadlineTimer !== undefined) {
      clock.cancel(this.#deadlineTimer);
      this.#deadlineTimer = undefined;
    }
    if (wait === undefined) return;
    this.#wait = undefined;
    if (wait instanceof Ticket) bulkhead?.leave(wait);
    else clock.cancel(wait);
  }

  /** Goes on in the caller's async context, which a shared timer or another call's end has not. */
  #within(go: () => void): void {
    if (this.#scope === undefined) go();
    else this.#scope.runInAsyncScope(go);
  }

  #elapsedMs(): number {
    return this.engine.clock.now() - this.startedAt;
  }
}
