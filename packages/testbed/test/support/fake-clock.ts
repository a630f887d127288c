import type { Clock } from "../../src/clock.ts";

interface Scheduled {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that passes when the test says so. */
export class FakeClock implements Clock {
  #now = 0;
  #scheduled: Scheduled[] = [];

  get pending(): number {
    return this.#scheduled.length;
  }

  now(): number {
    return this.#now;
  }

  schedule(callback: () => void, delayMs: number): () => void {
    const entry = { at: this.#now + delayMs, callback };
    this.#scheduled.push(entry);
    return () => {
      this.#scheduled = this.#scheduled.filter((each) => each !== entry);
    };
  }

  /** Lets time pass and calls what falls due, in its order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#scheduled
        .filter(({ at }) => at <= until)
        .sort((a, b) => a.at - b.at)
        .at(0);
      if (next === undefined) break;
      this.#scheduled = this.#scheduled.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = until;
  }
}
