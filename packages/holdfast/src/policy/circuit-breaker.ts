import type { BreakerState, Clock, Random, Timer } from "../core/index.ts";
import type { BreakerSettings } from "./breaker-settings.ts";
import type { Closed, HalfOpen, State } from "./breaker-state.ts";
import { Ramp } from "./ramp.ts";
import { TripRule } from "./trip-rule.ts";

/** What {@link CircuitBreaker.admit} gives in place of a permit. */
export const refused = 0;

/** The most that jitter takes off a pause: enough to part processes that opened together. */
const pauseJitter = 0.2;

export interface BreakerHooks {
  readonly clock: Clock;
  readonly random: Random;
  /** Called after a change of state is complete. Must not throw. */
  readonly onChange?: (from: BreakerState, to: BreakerState, cause: unknown) => void;
  /**
   * Given by an owner that probes by itself: no call is then ever admitted as a probe. The owner
   * reports the result with `success` or `failure`; one that it does not report in
   * `probeTimeoutMs` has failed.
   */
  readonly probe?: (permit: number) => void;
}

/**
 * A circuit breaker of numbers: `admit` gives a permit or {@link refused}, and the permit goes back
 * with exactly one of `success`, `failure` and `ignore`. A permit is the number of the state it was
 * given in. The number changes with every change of state, so a call that began before the last
 * change never changes the state. Memory is constant and each result costs the same whatever the
 * traffic. All times are of the injected clock.
 */
export class CircuitBreaker {
  readonly #settings: BreakerSettings;
  readonly #hooks: BreakerHooks;
  readonly #rule: TripRule;
  #state: State;
  #generation = 1;
  /** Of an owner's probes: the pause before one, or the time that one has. */
  #timer: Timer | undefined = undefined;

  constructor(settings: BreakerSettings, hooks: BreakerHooks) {
    this.#settings = settings;
    this.#hooks = hooks;
    this.#rule = new TripRule(settings);
    this.#state = closedState(hooks.clock.now(), 0);
  }

  get state(): BreakerState {
    return this.#state.kind;
  }

  /** When the state began. */
  get since(): number {
    return this.#state.since;
  }

  /** What opened it; undefined while it is closed. */
  get cause(): unknown {
    return this.#state.cause;
  }

  /** A permit, or {@link refused}. */
  admit(now: number): number {
    const state = this.#state;
    if (state.kind === "closed" && state.ramp === undefined) return this.#generation;
    if (this.refuses(now)) return refused;
    return this.#enter(now);
  }

  /** Whether `admit` would refuse now. */
  refuses(now: number): boolean {
    const state = this.#state;
    switch (state.kind) {
      case "closed":
        return this.#rampOf(state, now)?.isFull(now) === true;
      case "open":
        return this.#hooks.probe !== undefined || now < state.probesAt;
      case "half-open":
        return this.#refusesProbe(state, now);
      case "isolated":
        return true;
    }
  }

  /** Whether the permit is that of a probe, which has `probeTimeoutMs`. */
  isProbe(permit: number): boolean {
    return permit === this.#generation && this.#state.kind === "half-open";
  }

  /** The call succeeded. It is slow when it took `slowMs` or longer. */
  success(permit: number, now: number, durationMs: number): void {
    if (permit !== this.#generation) return;
    const state = this.#state;
    const slow = durationMs >= this.#settings.slowMs;
    if (state.kind === "closed") {
      state.ramp?.exit();
      if (this.#rule.success(now, slow)) this.#open(now, this.#rule.slowness(), 0);
    } else if (state.kind === "half-open") {
      if (slow) this.#reopen(state, now, slowProbe(this.#settings.slowMs));
      else this.#probeSucceeded(state, now);
    }
  }

  /**
   * The call failed in a way that counts.
   *
   * @param inARow - False for a failure that counts for the rate only, not as one in a row.
   */
  failure(permit: number, now: number, durationMs: number, cause: unknown, inARow = true): void {
    if (permit !== this.#generation) return;
    const state = this.#state;
    if (state.kind === "closed") {
      state.ramp?.exit();
      const slow = durationMs >= this.#settings.slowMs;
      if (this.#rule.failure(now, slow, inARow)) this.#open(now, cause, 0);
    } else if (state.kind === "half-open") {
      this.#reopen(state, now, cause);
    }
  }

  /** The call says nothing about the other side. A probe's place goes to the next one. */
  ignore(permit: number, now: number): void {
    if (permit !== this.#generation) return;
    const state = this.#state;
    if (state.kind === "closed") {
      state.ramp?.exit();
    } else if (state.kind === "half-open") {
      if (this.#hooks.probe !== undefined) this.#reopen(state, now, state.cause);
      else state.inFlight--;
    }
  }

  /** Opens it by force, because its owner knows that nothing can succeed. */
  open(cause: unknown, now: number): void {
    const state = this.#state;
    if (state.kind === "closed") this.#open(now, cause, 0);
    else if (state.kind === "half-open") this.#reopen(state, now, cause);
    else if (state.kind === "isolated") state.resume = "open";
  }

  /** Asks the owner for a probe at once, whatever the pause: there is a new connection. */
  probeNow(now: number): void {
    const state = this.#state;
    if (this.#hooks.probe === undefined) return;
    if (state.kind === "open" || state.kind === "half-open") this.#beginRound(state, now);
  }

  /**
   * Refuses everything until each holder has released it. Then it is as it was: a closed breaker
   * closes with a ramp, an open one probes at once.
   */
  isolate(now: number): { release(): void } {
    const state = this.#state;
    if (state.kind === "isolated") {
      state.holders++;
    } else {
      const resume = state.kind === "closed" ? "closed" : "open";
      this.#change({ kind: "isolated", since: now, cause: state.cause, holders: 1, resume });
    }
    let held = true;
    return {
      release: () => {
        if (held) this.#release();
        held = false;
      },
    };
  }

  /** Until a call has a chance, in milliseconds; undefined when only a person can tell. */
  retryAfterMs(now: number): number | undefined {
    const state = this.#state;
    switch (state.kind) {
      case "closed":
        return state.ramp?.stepMs ?? 0;
      case "open":
        return Math.max(0, state.probesAt - now);
      case "half-open":
        return Math.max(0, state.probesDueAt - now);
      case "isolated":
        return undefined;
    }
  }

  /** Cancels its timer; it asks for no more probes. */
  dispose(): void {
    this.#clearTimer();
  }

  #rampOf(state: Closed, now: number): Ramp | undefined {
    if (state.ramp?.isOver(now)) state.ramp = undefined;
    return state.ramp;
  }

  #refusesProbe(state: HalfOpen, now: number): boolean {
    if (this.#hooks.probe !== undefined) return true;
    if (state.inFlight > 0 && now >= state.probesDueAt) {
      // Whoever has the permit neither reported nor gave it back: all callers must not wait for it.
      this.#reopen(state, now, unanswered(this.#settings.probeTimeoutMs));
      return true;
    }
    return state.inFlight + state.succeeded >= this.#settings.probes;
  }

  #enter(now: number): number {
    if (this.#state.kind === "open") this.#halfOpen(this.#state, now);
    const state = this.#state;
    if (state.kind === "half-open") {
      state.inFlight++;
      state.probesDueAt = now + this.#settings.probeTimeoutMs;
    } else if (state.kind === "closed") {
      state.ramp?.enter();
    } else {
      return refused; // a listener of the change to half-open isolated it
    }
    return this.#generation;
  }

  #probeSucceeded(state: HalfOpen, now: number): void {
    state.inFlight--;
    state.succeeded++;
    if (state.succeeded >= this.#settings.probes) {
      this.#close(now);
    } else if (this.#hooks.probe !== undefined) {
      this.#askForProbe(state, now);
    }
  }

  #close(now: number): void {
    this.#rule.clear();
    this.#change(closedState(now, this.#settings.rampMs));
  }

  #reopen(state: HalfOpen, now: number, cause: unknown): void {
    this.#open(now, cause, state.failedRounds + 1);
  }

  #open(now: number, cause: unknown, failedRounds: number): void {
    const { openMs, openCapMs } = this.#settings;
    const ceiling = Math.min(openCapMs, openMs * 2 ** Math.min(failedRounds, 1_000));
    this.#pause(now, cause, failedRounds, ceiling * (1 - pauseJitter * this.#hooks.random()));
  }

  #pause(now: number, cause: unknown, failedRounds: number, pauseMs: number): void {
    this.#clearTimer();
    if (this.#hooks.probe !== undefined) {
      this.#timer = this.#hooks.clock.schedule(() => this.#wake(), pauseMs);
    }
    this.#change({ kind: "open", since: now, cause, probesAt: now + pauseMs, failedRounds });
  }

  /** An owner's timer fired: the pause is over, or the probe has had its time. */
  #wake(): void {
    this.#timer = undefined;
    const state = this.#state;
    const now = this.#hooks.clock.now();
    if (state.kind === "open") this.#beginRound(state, now);
    else if (state.kind === "half-open") {
      this.#reopen(state, now, unanswered(this.#settings.probeTimeoutMs));
    }
  }

  #beginRound(state: { cause: unknown; failedRounds: number }, now: number): void {
    this.#halfOpen(state, now);
    // A listener may have changed the state again.
    if (this.#state.kind === "half-open") this.#askForProbe(this.#state, now);
  }

  #halfOpen({ cause, failedRounds }: { cause: unknown; failedRounds: number }, now: number): void {
    this.#clearTimer();
    this.#change({
      kind: "half-open",
      since: now,
      cause,
      failedRounds,
      inFlight: 0,
      succeeded: 0,
      probesDueAt: now + this.#settings.probeTimeoutMs,
    });
  }

  #askForProbe(state: HalfOpen, now: number): void {
    this.#clearTimer();
    const { probeTimeoutMs } = this.#settings;
    state.inFlight++;
    state.probesDueAt = now + probeTimeoutMs;
    this.#timer = this.#hooks.clock.schedule(() => this.#wake(), probeTimeoutMs);
    this.#hooks.probe?.(this.#generation);
  }

  #release(): void {
    const state = this.#state;
    if (state.kind !== "isolated" || --state.holders > 0) return;
    const now = this.#hooks.clock.now();
    if (state.resume === "closed") this.#close(now);
    else this.#pause(now, state.cause, 0, 0);
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#hooks.clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  #change(next: State): void {
    const from = this.#state.kind;
    if (next.kind === "closed" || next.kind === "isolated") this.#clearTimer();
    this.#state = next;
    this.#generation++;
    if (from !== next.kind) this.#hooks.onChange?.(from, next.kind, next.cause);
  }
}

function closedState(now: number, rampMs: number): Closed {
  const ramp = rampMs > 0 ? new Ramp(now, rampMs) : undefined;
  return { kind: "closed", since: now, cause: undefined, ramp };
}

function slowProbe(slowMs: number): Error {
  return new Error(`the probe took ${slowMs} ms or longer`);
}

function unanswered(probeTimeoutMs: number): Error {
  return new Error(`the probe had no answer within ${probeTimeoutMs} ms`);
}
