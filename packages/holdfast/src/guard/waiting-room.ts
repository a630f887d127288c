import type { Call } from "../clients/index.ts";

/**
 * Calls that wait for a connection or a place, and calls that pause before they are tried again.
 * Bounded in number, both together. Whoever pauses holds up nobody, and stands last when its pause
 * is over.
 */
export class WaitingRoom {
  readonly #max: number;
  #queue: Call[] = [];
  #pausing: Call[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#queue.length + this.#pausing.length;
  }

  /** Those that wait and do not pause: whoever comes now stands behind them. */
  get queued(): number {
    return this.#queue.length;
  }

  /** False when it is full. */
  enter(call: Call, now: number): boolean {
    if (this.size >= this.#max) return false;
    (call.notBefore > now ? this.#pausing : this.#queue).push(call);
    return true;
  }

  /** Puts those whose pause is over into the queue. */
  endPauses(now: number): void {
    if (this.#pausing.length === 0) return;
    const isOver = ({ notBefore, dueAt }: Call) => notBefore <= now || dueAt <= now;
    const over = this.#pausing.filter(isOver);
    this.#pausing = this.#pausing.filter((call) => !isOver(call));
    this.#queue.push(...over);
  }

  /** Shows everyone in the queue to `leaves`, in the order of arrival; who leaves is taken out. */
  sweep(leaves: (call: Call) => boolean): void {
    const calls = this.#queue;
    // Who enters meanwhile is appended behind `count`, and waits for the next sweep.
    const count = calls.length;
    const staying = calls.filter((call) => !leaves(call));
    this.#queue = staying.concat(calls.slice(count));
  }

  /** As {@link sweep}, those who pause included. */
  sweepAll(leaves: (call: Call) => boolean): void {
    this.#queue = this.#queue.concat(this.#pausing.splice(0));
    this.sweep(leaves);
  }

  /** When somebody's time is up or a pause is over. */
  nextAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { dueAt } of this.#queue) next = Math.min(next, dueAt);
    for (const { dueAt, notBefore } of this.#pausing) next = Math.min(next, dueAt, notBefore);
    return next;
  }
}
