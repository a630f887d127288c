import type { Clock } from "../core/index.ts";
import { currentDeadline, systemClock } from "../core/index.ts";
import type { AttemptContext, AttemptLimit } from "./attempt.ts";
import { expireAttempt } from "./attempt.ts";
import { Backoff } from "./backoff.ts";
import type { BreakerSettings } from "./breaker-settings.ts";
import { Bulkhead } from "./bulkhead.ts";
import { Call } from "./call.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { defaultLeastAttemptMs } from "./defaults.ts";
import type { PolicyEvent } from "./events.ts";
import type { ExecuteOptions } from "./execute-options.ts";
import { mistakeIn } from "./execute-options.ts";
import { ExpiryQueue } from "./expiry-queue.ts";
import { openError } from "./refusals.ts";
import type { PolicySettings } from "./resolve.ts";
import { openPromise, rejectSoon, takeReject, takeResolve } from "./settlers.ts";
import type { Verdict } from "./verdict.ts";
import { CallbackGuard } from "./warning.ts";

const noOptions: ExecuteOptions = {};

/** What an error means when `classify` itself fails: count it, and do no more harm. */
const unclassified: Verdict = { retryable: false, countsAsFailure: true };

/** The breaker of a policy that has none of its own, to be held open by hand. */
const neverTrips: BreakerSettings = {
  failureRate: Number.POSITIVE_INFINITY,
  slowRate: Number.POSITIVE_INFINITY,
  slowMs: Number.POSITIVE_INFINITY,
  windowMs: 1,
  minCalls: 1,
  consecutive: 0,
  openMs: 1,
  openCapMs: 1,
  probes: 1,
  probeTimeoutMs: 1,
  rampMs: 0,
};

/** The mechanisms of one policy, and the calls that go through them. */
export class Engine {
  readonly settings: PolicySettings;
  readonly clock: Clock;
  readonly leastAttemptMs: number;
  readonly backoff: Backoff | undefined;
  readonly bulkhead: Bulkhead<Call> | undefined;
  readonly deadlines: ExpiryQueue<Call> | undefined;
  readonly attempts: ExpiryQueue<AttemptLimit> | undefined;
  /** Tells the application's listener, if there is one. */
  readonly onEvent: ((event: PolicyEvent) => void) | undefined;
  /** Whether a shared timer can make a call go on, which then needs its async context back. */
  readonly isContextual: boolean;
  /** Whether it matters how long a success took. */
  readonly isSlowCounted: boolean;
  readonly #callbacks: CallbackGuard = new CallbackGuard("createPolicy");
  #breaker: CircuitBreaker | undefined;

  constructor(settings: PolicySettings) {
    const { retry, clock, random, deadlineMs, attemptTimeoutMs, fallback } = settings;
    const hasDeadline = deadlineMs !== Number.POSITIVE_INFINITY;
    const hasTimeout = attemptTimeoutMs !== Number.POSITIVE_INFINITY;
    this.settings = settings;
    this.clock = clock;
    this.leastAttemptMs = retry?.leastAttemptMs ?? defaultLeastAttemptMs;
    this.backoff = retry && new Backoff(retry.backoff, random);
    this.bulkhead =
      settings.bulkhead &&
      new Bulkhead<Call>(settings.bulkhead, clock, {
        admitted: (call) => call.admitted(),
        overdue: (call) => call.overdue(),
      });
    this.deadlines = hasDeadline
      ? new ExpiryQueue<Call>(clock, deadlineMs, (call, now) => call.expire(now))
      : undefined;
    this.attempts = hasTimeout
      ? new ExpiryQueue<AttemptLimit>(clock, attemptTimeoutMs, ({ attempt }, now) =>
          expireAttempt(attempt, now),
        )
      : undefined;
    this.onEvent = settings.onEvent && ((event) => this.#tell(event));
    this.isContextual =
      (hasTimeout && retry !== undefined) ||
      (fallback !== undefined && (hasDeadline || hasTimeout));
    this.isSlowCounted = settings.breaker !== undefined && Number.isFinite(settings.breaker.slowMs);
    this.#breaker = settings.breaker && this.#createBreaker(settings.breaker);
  }

  get breaker(): CircuitBreaker | undefined {
    return this.#breaker;
  }

  execute(
    fn: (context: AttemptContext) => unknown,
    options: ExecuteOptions = noOptions,
  ): Promise<unknown> {
    if (typeof fn !== "function" || options !== noOptions) {
      const mistake = mistakeIn(fn, options);
      if (mistake !== undefined) return Promise.reject(mistake);
      if (options.signal?.aborted) return Promise.reject(options.signal.reason);
    }
    const now = this.clock.now();
    if (this.settings.fallback === undefined && this.#breaker?.refuses(now)) {
      this.onEvent?.({ type: "refused", code: "HOLDFAST_OPEN" });
      const promise = openPromise();
      rejectSoon(takeReject(), openError(this.#breaker, now, now));
      return promise;
    }
    const promise = openPromise();
    const call = new Call(this, fn, takeResolve(), takeReject(), options, now);
    call.start();
    return promise;
  }

  isolate(): { release(): void } {
    this.#breaker ??= this.#createBreaker(neverTrips);
    return this.#breaker.isolate(this.clock.now());
  }

  /** What the application says that an error means. */
  judge(error: unknown): Verdict {
    try {
      const verdict: unknown = this.settings.classify(error);
      if (typeof verdict === "object" && verdict !== null) return verdict as Verdict;
      throw new TypeError(`it returned ${String(verdict)}, expected an object`);
    } catch (thrown) {
      this.#callbacks.warn("classify", thrown);
      return unclassified;
    }
  }

  /** What is left of the budget of `withDeadline`, which runs on the process's own clock. */
  ambientMs(now: number): number {
    const endsAt = currentDeadline();
    if (endsAt === Number.POSITIVE_INFINITY) return endsAt;
    return endsAt - (this.clock === systemClock ? now : systemClock.now());
  }

  #createBreaker(settings: BreakerSettings): CircuitBreaker {
    return new CircuitBreaker(settings, {
      clock: this.clock,
      random: this.settings.random,
      onChange: (from, to, cause) => {
        this.onEvent?.({ type: "state", from, to, cause });
        if (to === "open" || to === "isolated") this.bulkhead?.drain((call) => call.shutOut());
      },
    });
  }

  #tell(event: PolicyEvent): void {
    try {
      this.#callbacks.watch("onEvent", this.settings.onEvent?.(event));
    } catch (error) {
      this.#callbacks.warn("onEvent", error);
    }
  }
}
