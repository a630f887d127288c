/**
 * Says when the last `limit` results were all failures within `windowMs`. Remembers just that many
 * times, so that failures an hour apart never add up.
 */
export class FailureRun {
  readonly #times: Float64Array;
  readonly #windowMs: number;
  #length = 0;
  #next = 0;

  constructor(limit: number, windowMs: number) {
    this.#times = new Float64Array(limit);
    this.#windowMs = windowMs;
  }

  /** Counts a failure; true when it completes a run. */
  fail(now: number): boolean {
    const times = this.#times;
    times[this.#next] = now;
    this.#next = (this.#next + 1) % times.length;
    if (this.#length < times.length) this.#length++;
    // Once the ring is full, its next place holds the oldest of the run.
    return this.#length === times.length && now - (times[this.#next] as number) < this.#windowMs;
  }

  /** A success ends the run. */
  end(): void {
    this.#length = 0;
  }
}
