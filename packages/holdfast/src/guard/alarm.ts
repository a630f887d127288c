import type { Clock, Timer } from "../core/index.ts";
import { holdGraceMs, holdGracesMax, lateTimerMs } from "./defaults.ts";

/** How often the event loop is looked at while something is about to fall due, in milliseconds. */
const tickMs = holdGraceMs / 2;

/**
 * One timer for everything that falls due in a guard. Commands only ever move it forward, which a
 * busy connection never does, so that a command costs a comparison.
 *
 * A timer that fires late means that this process was held up, not that the server was: commands may
 * not even be written, and replies lie unread. So the loop is watched for the last `holdGraceMs`
 * before anything is due, and whoever is told what is due is told of a hold-up too: then nothing must
 * be called overdue yet. A loop that is held up all the time cannot put judgement off for ever.
 */
export class Alarm {
  readonly #clock: Clock;
  readonly #onDue: (now: number, held: boolean) => number;
  readonly #fire: () => void = () => this.#ring();
  #timer: Timer | undefined;
  /** What the timer is set to; infinite when there is none. */
  #setFor: number = Number.POSITIVE_INFINITY;
  #dueAt: number = Number.POSITIVE_INFINITY;
  #heldUntil: number = Number.NEGATIVE_INFINITY;
  #graces = 0;

  /**
   * @param onDue - Does what is due and returns when the next thing is. After one that throws it rings
   * again in `holdGraceMs`: everything else that falls due must not wait for ever.
   */
  constructor(clock: Clock, onDue: (now: number, held: boolean) => number) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Makes sure that it rings at `dueAt` or before. */
  by(dueAt: number): void {
    if (dueAt >= this.#dueAt) return;
    this.#dueAt = dueAt;
    this.#arm(this.#clock.now());
  }

  stop(): void {
    if (this.#setFor !== Number.POSITIVE_INFINITY) this.#clock.cancel(this.#timer);
    this.#setFor = Number.POSITIVE_INFINITY;
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  #arm(now: number): void {
    const watchFrom = this.#dueAt - holdGraceMs;
    const next = watchFrom > now ? watchFrom : Math.min(this.#dueAt, now + tickMs);
    if (next >= this.#setFor) return;
    if (this.#setFor !== Number.POSITIVE_INFINITY) this.#clock.cancel(this.#timer);
    this.#setFor = next;
    this.#timer = this.#clock.schedule(this.#fire, Math.min(Math.max(0, next - now), timerMaxMs));
  }

  #ring(): void {
    const now = this.#clock.now();
    if (now - this.#setFor > lateTimerMs) this.#heldUntil = now + holdGraceMs;
    this.#setFor = Number.POSITIVE_INFINITY;
    if (this.#dueAt <= now) {
      this.#dueAt = Number.POSITIVE_INFINITY;
      const held = now < this.#heldUntil && this.#graces < holdGracesMax;
      this.#graces = held ? this.#graces + 1 : 0;
      let next = now + holdGraceMs;
      try {
        next = this.#onDue(now, held);
      } finally {
        if (next < this.#dueAt) this.#dueAt = next;
        this.#rearm();
      }
      return;
    }
    this.#rearm();
  }

  #rearm(): void {
    if (this.#dueAt !== Number.POSITIVE_INFINITY) this.#arm(this.#clock.now());
  }
}

/** The longest delay that a Node.js timer can keep. */
const timerMaxMs = 2 ** 31 - 1;
