/** Each bucket's upper bound is this much above the last: percentiles are exact to 10 %. */
const growth = 1.1;
const firstMs = 0.01;
const bucketCount = 160;

/** The latency of commands, in milliseconds; null while nothing has been measured. */
export interface Latency {
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

/** A histogram of latencies from 10 µs to 38 s, of constant size. */
export class LatencyHistogram {
  readonly #counts: Uint32Array = new Uint32Array(bucketCount);
  #total = 0;
  #maxMs = 0;

  record(ms: number): void {
    const bucket = Math.ceil(Math.log(Math.max(ms, firstMs) / firstMs) / Math.log(growth));
    (this.#counts[Math.min(bucket, bucketCount - 1)] as number)++;
    this.#total++;
    if (ms > this.#maxMs) this.#maxMs = ms;
    // Old times fade: a process that runs for months must not show its first day.
    if (this.#total >= 65_536) this.#halve();
  }

  snapshot(): Latency {
    if (this.#total === 0) return { p50Ms: null, p99Ms: null, maxMs: null };
    return { p50Ms: this.#quantile(0.5), p99Ms: this.#quantile(0.99), maxMs: round(this.#maxMs) };
  }

  #quantile(fraction: number): number {
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= fraction * this.#total)
        return round(Math.min(firstMs * growth ** bucket, this.#maxMs));
    }
    return round(this.#maxMs);
  }

  #halve(): void {
    this.#total = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      this.#counts[bucket] = count >>> 1;
      this.#total += count >>> 1;
    }
  }
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
