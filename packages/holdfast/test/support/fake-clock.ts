import type { Clock, Timer } from "../../src/core/index.ts";

interface FakeTimer {
  readonly dueAt: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still until a test moves it. Timers fire in the order of their due times, and
 * those due together in the order in which they were scheduled.
 */
export class FakeClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<FakeTimer>();

  constructor(startMs = 1_000) {
    this.#now = startMs;
  }

  /** Timers that are scheduled and neither fired nor cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  schedule(callback: () => void, delayMs: number): Timer {
    if (!Number.isFinite(delayMs) || delayMs < 0) {
      throw new RangeError(`a timer of ${delayMs} ms`);
    }
    const timer = { dueAt: this.#now + delayMs, order: this.#order++, callback };
    this.#timers.add(timer);
    return timer;
  }

  cancel(timer: Timer): void {
    this.#timers.delete(timer as FakeTimer);
  }

  /** Moves time on, letting promises settle before, between and after the timers that fire. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await settle();
    for (let due = this.#next(target); due !== undefined; due = this.#next(target)) {
      this.#now = Math.max(this.#now, due.dueAt);
      this.#fire(due);
      await settle();
    }
    this.#now = target;
    await settle();
  }

  /** As {@link advance}, for code without promises. */
  advanceSync(ms: number): void {
    const target = this.#now + ms;
    for (let due = this.#next(target); due !== undefined; due = this.#next(target)) {
      this.#now = Math.max(this.#now, due.dueAt);
      this.#fire(due);
    }
    this.#now = target;
  }

  /** Moves time on as a suspended process sees it: whatever was due meanwhile fires late, now. */
  async jump(ms: number): Promise<void> {
    this.#now += ms;
    await this.advance(0);
  }

  #fire(timer: FakeTimer): void {
    this.#timers.delete(timer);
    timer.callback();
  }

  #next(untilMs: number): FakeTimer | undefined {
    let first: FakeTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt > untilMs) continue;
      if (
        first === undefined ||
        timer.dueAt < first.dueAt ||
        (timer.dueAt === first.dueAt && timer.order < first.order)
      ) {
        first = timer;
      }
    }
    return first;
  }
}

/** Lets every promise that can settle without a timer or the network do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
