const bucketCount = 20;
const fieldCount = 3;

/**
 * Counts of calls, failures and slow calls over the last `windowMs`. Twenty buckets whatever the
 * traffic, and running sums, so a result costs a few additions. The bucket under way is one of the
 * twenty: a sample leaves between 95 and 100 % of the window's age and never counts beyond it.
 */
export class SlidingWindow {
  readonly #bucketMs: number;
  /** Calls, failures and slow calls of each bucket, side by side. */
  readonly #buckets: Float64Array = new Float64Array(bucketCount * fieldCount);
  /** Number of the bucket under way, counted from time zero. */
  #current = 0;
  #currentEndsAt: number = Number.NEGATIVE_INFINITY;
  #calls = 0;
  #failures = 0;
  #slow = 0;

  constructor(windowMs: number) {
    this.#bucketMs = windowMs / bucketCount;
  }

  get calls(): number {
    return this.#calls;
  }

  get failures(): number {
    return this.#failures;
  }

  get slow(): number {
    return this.#slow;
  }

  /** Forgets what is too old at `now`, then counts one call. */
  record(now: number, failed: boolean, slow: boolean): void {
    if (now >= this.#currentEndsAt) this.expire(now);
    const at = (this.#current % bucketCount) * fieldCount;
    const buckets = this.#buckets;
    this.#calls++;
    (buckets[at] as number)++;
    if (failed) {
      this.#failures++;
      (buckets[at + 1] as number)++;
    }
    if (slow) {
      this.#slow++;
      (buckets[at + 2] as number)++;
    }
  }

  /** Forgets what is too old at `now`. A clock that went back changes nothing. */
  expire(now: number): void {
    const target = Math.floor(now / this.#bucketMs);
    if (target - this.#current >= bucketCount) {
      this.clear();
      this.#current = target;
    }
    while (this.#current < target) {
      this.#current++;
      this.#dropOldest();
    }
    this.#currentEndsAt = (this.#current + 1) * this.#bucketMs;
  }

  clear(): void {
    this.#buckets.fill(0);
    this.#calls = 0;
    this.#failures = 0;
    this.#slow = 0;
  }

  #dropOldest(): void {
    const at = (this.#current % bucketCount) * fieldCount;
    const buckets = this.#buckets;
    this.#calls -= buckets[at] as number;
    this.#failures -= buckets[at + 1] as number;
    this.#slow -= buckets[at + 2] as number;
    buckets.fill(0, at, at + fieldCount);
  }
}
