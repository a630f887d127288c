import type { Observed, Witness } from "../clients/index.ts";
import { commandClass } from "../commands/index.ts";
import type { Clock } from "../core/index.ts";
import { CircuitBreaker, refused } from "../policy/index.ts";
import { Alarm } from "./alarm.ts";
import { holdGraceMs } from "./defaults.ts";
import { judge } from "./judge.ts";
import type { NodeView } from "./node-view.ts";
import type { NodeObserver } from "./observer.ts";
import type { GuardSettings } from "./options.ts";

/** Commands that are watched at once. Beyond, they are counted as overload and nothing more. */
const watchedMax = 10_000;

/** What a guard that only observes would have done. Counts since it was made. */
export interface WouldHave {
  /** Refused, because the breaker was open. */
  refused: number;
  /** Given up at the deadline of the command. */
  timedOut: number;
  /** Tried again after a failure. */
  retried: number;
  /** Refused, because too much was in flight or waiting. */
  overloaded: number;
}

export function nothingYet(): WouldHave {
  return { refused: 0, timedOut: 0, retried: 0, overloaded: 0 };
}

interface Watched {
  readonly startedAt: number;
  readonly permit: number;
  done: boolean;
  overdue: boolean;
}

/** Watches one node for `mode: "observe"`: a breaker that nobody asks, and counts. */
export class NodeWatch implements NodeView, Witness {
  readonly clock: Clock;
  readonly breaker: CircuitBreaker;
  readonly wouldHave: WouldHave;
  readonly waiting = 0;
  address = "";
  connected = false;
  readonly #settings: GuardSettings;
  readonly #observer: NodeObserver;
  readonly #alarm: Alarm;
  #watched: Watched[] = [];

  /** @param wouldHave - Where several nodes count together. */
  constructor(
    settings: GuardSettings,
    observer: NodeObserver,
    wouldHave: WouldHave = nothingYet(),
  ) {
    this.wouldHave = wouldHave;
    const { clock, random } = settings.policy;
    this.clock = clock;
    this.#settings = settings;
    this.#observer = observer;
    this.#alarm = new Alarm(clock, (now, held) => this.#sweep(now, held));
    this.breaker = new CircuitBreaker(settings.breaker, {
      clock,
      random,
      onChange: (from, to, cause) => observer.changed(this.address, from, to, cause),
    });
  }

  get inFlight(): number {
    return this.#watched.filter(({ done }) => !done).length;
  }

  get usable(): boolean {
    return this.connected;
  }

  began(name: string, args: readonly unknown[] | undefined, argsFrom: number): Observed {
    const now = this.clock.now();
    const permit = this.breaker.admit(now);
    if (permit === refused) this.wouldHave.refused++;
    const { maxInFlight, maxQueue } = this.#settings;
    if (this.#watched.length >= maxInFlight + maxQueue) this.#forgetDone();
    if (this.#watched.length >= maxInFlight + maxQueue) this.wouldHave.overloaded++;
    const watched: Watched = { startedAt: now, permit, done: false, overdue: false };
    if (this.#watched.length < watchedMax) this.#watch(watched, now);
    return {
      succeeded: () => this.#succeeded(watched),
      failed: (error) => this.#failed(watched, error, name, args, argsFrom),
    };
  }

  up(): void {
    this.connected = true;
    this.#observer.connected(this.address);
  }

  down(cause: Error): void {
    this.connected = false;
    this.#observer.disconnected(this.address, cause);
    const now = this.clock.now();
    const permit = this.breaker.admit(now);
    if (permit !== refused) this.breaker.failure(permit, now, 0, cause);
  }

  dispose(): void {
    this.#alarm.stop();
    this.#watched = [];
    this.breaker.dispose();
  }

  #watch(watched: Watched, now: number): void {
    this.#watched.push(watched);
    this.#alarm.by(now + this.#settings.policy.attemptTimeoutMs);
  }

  #succeeded(watched: Watched): void {
    watched.done = true;
    if (watched.overdue) return;
    const now = this.clock.now();
    this.breaker.success(watched.permit, now, now - watched.startedAt);
  }

  #failed(
    watched: Watched,
    error: unknown,
    name: string,
    args: readonly unknown[] | undefined,
    argsFrom: number,
  ): void {
    watched.done = true;
    const now = this.clock.now();
    const judgement = judge(error, this.#settings.classify);
    if (judgement.countsAsFailure) this.#observer.failure(this.address, error);
    if (judgement.retryable && this.#settings.attempts > 1) {
      const known = args === undefined ? "relative" : commandClass(name, args, argsFrom);
      const harmless = known === "read" || known === "absolute";
      if (harmless || judgement.outcome !== "unknown") this.wouldHave.retried++;
    }
    if (watched.overdue) return;
    if (!judgement.countsAsFailure) this.breaker.ignore(watched.permit, now);
    else
      this.breaker.failure(watched.permit, now, now - watched.startedAt, error, !judgement.replied);
  }

  #sweep(now: number, held: boolean): number {
    if (held) return now + holdGraceMs;
    this.#forgetDone();
    const { attemptTimeoutMs, deadlineMs } = this.#settings.policy;
    let next = Number.POSITIVE_INFINITY;
    for (const watched of [...this.#watched]) {
      const waitedMs = now - watched.startedAt;
      if (!watched.overdue && waitedMs >= attemptTimeoutMs) {
        watched.overdue = true;
        const error = new Error(`no reply within ${Math.round(waitedMs)} ms`);
        this.breaker.failure(watched.permit, now, waitedMs, error);
      }
      if (waitedMs >= deadlineMs) {
        watched.done = true;
        this.wouldHave.timedOut++;
      } else {
        next = Math.min(
          next,
          watched.startedAt + (watched.overdue ? deadlineMs : attemptTimeoutMs),
        );
      }
    }
    this.#forgetDone();
    return next;
  }

  #forgetDone(): void {
    this.#watched = this.#watched.filter(({ done }) => !done);
  }
}
