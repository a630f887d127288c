import { AsyncResource } from "node:async_hooks";
import type { HoldfastError, Outcome, Timer } from "../core/index.ts";
import { isHoldfastError } from "../core/index.ts";
import type { AttemptContext } from "./attempt.ts";
import { Attempt, abandonAttempt, runAttempt } from "./attempt.ts";
import { Ticket } from "./bulkhead.ts";
import { refused } from "./circuit-breaker.ts";
import type { Engine } from "./engine.ts";
import type { GiveUpReason } from "./events.ts";
import type { ExecuteOptions } from "./execute-options.ts";
import { Expiring } from "./expiry-queue.ts";
import { deadlineError, openError, overloadedError } from "./refusals.ts";
import { rejectSoon } from "./settlers.ts";
import type { Abortable } from "./signal-watch.ts";
import { unwatchSignal, watchSignal } from "./signal-watch.ts";
import type { Verdict } from "./verdict.ts";

/** The longest pause that a Node.js timer can keep. */
const timerMaxMs = 2 ** 31 - 1;

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
export class Call extends Expiring implements Abortable {
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
    super();
    this.engine = engine;
    this.startedAt = now;
    this.#fn = fn;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#options = options;
  }

  start(ambientMs: number): void {
    const { settings, deadlines, isContextual } = this.engine;
    const { signal } = this.#options;
    const now = this.startedAt;
    if (signal !== undefined) watchSignal(signal, this);
    if (isContextual) this.keepContext();
    if (ambientMs < settings.deadlineMs) this.#limitTo(ambientMs);
    else if (deadlines !== undefined) deadlines.add(this, now);
    else this.dueAt = Number.POSITIVE_INFINITY;
    settings.retry?.budget?.deposit();
    this.#tryAttempt(now);
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

  /** Gives it less time than the policy would. */
  #limitTo(budgetMs: number): void {
    const { clock } = this.engine;
    this.dueAt = this.startedAt + budgetMs;
    const expire = (): void => this.expire(clock.now());
    // A budget that is spent already: nothing can start any more, and the rest says so at once.
    if (budgetMs <= 0) return;
    this.keepContext();
    this.#deadlineTimer = clock.schedule(expire, Math.min(budgetMs, timerMaxMs));
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
    const { breaker, bulkhead, leastAttemptMs } = this.engine;
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
    const reason = this.#reasonToGiveUp(error, verdict, waitMs, now);
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

  #reasonToGiveUp(
    error: unknown,
    verdict: Verdict,
    waitMs: number,
    now: number,
  ): GiveUpReason | undefined {
    const { breaker, settings, leastAttemptMs } = this.engine;
    const { retry } = settings;
    if (retry === undefined || this.#attempts >= retry.attempts) return "attempts";
    if (!verdict.retryable) return "not-retryable";
    if (this.#options.idempotent === false && outcomeOf(error, verdict) === "unknown")
      return "not-idempotent";
    const endsAt = now + waitMs + leastAttemptMs;
    if (endsAt > this.dueAt || waitMs > timerMaxMs) return "deadline";
    const opensIn = breaker?.state === "closed" ? 0 : breaker?.retryAfterMs(now);
    if (breaker !== undefined && (opensIn === undefined || opensIn > waitMs)) return "breaker";
    return retry.budget === undefined || retry.budget.withdraw() ? undefined : "budget";
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
    if (this.#phase === "settled" || this.#phase === "falling-back") return;
    const attempt = this.#current;
    this.#current = undefined;
    const error = deadlineError(now - this.startedAt, this.#attempts, this.#lastError);
    if (attempt !== undefined) abandonAttempt(attempt, error, now);
    this.#fail(error);
  }

  #fail(error: unknown): void {
    const { fallback } = this.engine.settings;
    if (this.#phase === "settled") return;
    if (fallback === undefined) {
      this.#settle();
      rejectSoon(this.#reject, error);
      return;
    }
    this.#clearTimers();
    this.#phase = "falling-back";
    let value: Promise<unknown>;
    try {
      value = Promise.resolve(fallback(error));
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

function outcomeOf(error: unknown, verdict: Verdict): Outcome {
  return verdict.outcome ?? (isHoldfastError(error) ? error.outcome : "unknown");
}
