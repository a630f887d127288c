import type { Clock, Timer } from "../core/index.ts";
import { lateTimerMs } from "./defaults.ts";

/**
 * One timer for everything that falls due in a guard. Commands only ever move it forward, which a
 * busy connection never does, so that a command costs a comparison.
 *
 * A timer that fires late means that this process was held up, not that the server was: replies may
 * lie unread. Then it lets the event loop read once before anything is called overdue.
 */
export class Alarm {
  readonly #clock: Clock;
  readonly #onDue: (now: number) => number;
  readonly #fire: () => void = () => this.#ring();
  #timer: Timer | undefined;
  #dueAt: number = Number.POSITIVE_INFINITY;
  #late = false;

  /** @param onDue - Does what is due and returns when the next thing is. Must not throw. */
  constructor(clock: Clock, onDue: (now: number) => number) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Makes sure that it rings at `dueAt` or before. */
  by(dueAt: number): void {
    if (dueAt < this.#dueAt) this.#arm(dueAt, this.#clock.now());
  }

  stop(): void {
    this.#clock.cancel(this.#timer);
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  #arm(dueAt: number, now: number): void {
    if (this.#dueAt !== Number.POSITIVE_INFINITY) this.#clock.cancel(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = this.#clock.schedule(this.#fire, Math.max(0, dueAt - now));
  }

  #ring(): void {
    const now = this.#clock.now();
    const late = now - this.#dueAt > lateTimerMs;
    this.#dueAt = Number.POSITIVE_INFINITY;
    if (late && !this.#late) {
      this.#late = true;
      this.#arm(now + 1, now);
      return;
    }
    this.#late = false;
    const next = this.#onDue(now);
    if (next < this.#dueAt) this.#arm(next, this.#clock.now());
  }
}
