/** The most buckets of a plot: when there are more, pairs of them become one. */
const maxBuckets = 240;
const firstWidthNs = 10_000_000;
const maxCommands = 64;

interface LatencySeries {
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly maxima: Float64Array;
}

/** What happened when, in as many buckets as a plot has room for, however long a capture is. */
export class Timeline {
  #widthNs = firstWidthNs;
  readonly #packets = new Float64Array(maxBuckets);
  readonly #retransmissions = new Float64Array(maxBuckets);
  readonly #resets = new Float64Array(maxBuckets);
  readonly #latencies = new Map<number, LatencySeries>();
  #used = 0;
  /** The bucket of the time that came last: most come together. */
  #recent = 0;
  #recentStart = 0;
  #recentEnd = 0;

  packet(time: number): void {
    const bucket = this.#bucket(time);
    this.#packets[bucket] = (this.#packets[bucket] as number) + 1;
  }

  retransmission(time: number): void {
    const bucket = this.#bucket(time);
    this.#retransmissions[bucket] = (this.#retransmissions[bucket] as number) + 1;
  }

  reset(time: number): void {
    const bucket = this.#bucket(time);
    this.#resets[bucket] = (this.#resets[bucket] as number) + 1;
  }

  latency(command: number, time: number, nanoseconds: number): void {
    const bucket = this.#bucket(time);
    let series = this.#latencies.get(command);
    if (series === undefined) {
      if (this.#latencies.size >= maxCommands) return;
      series = {
        counts: new Float64Array(maxBuckets),
        sums: new Float64Array(maxBuckets),
        maxima: new Float64Array(maxBuckets),
      };
      this.#latencies.set(command, series);
    }
    series.counts[bucket] = (series.counts[bucket] as number) + 1;
    series.sums[bucket] = (series.sums[bucket] as number) + nanoseconds;
    if (nanoseconds > (series.maxima[bucket] as number)) series.maxima[bucket] = nanoseconds;
  }

  get bucketMs(): number {
    return this.#widthNs / 1e6;
  }

  get packets(): number[] {
    return [...this.#packets.subarray(0, this.#used)];
  }

  get retransmissions(): number[] {
    return [...this.#retransmissions.subarray(0, this.#used)];
  }

  get resets(): number[] {
    return [...this.#resets.subarray(0, this.#used)];
  }

  /** The commands that took the most time, at most `max` of them. */
  latencies(max: number): {
    command: number;
    meanMs: (number | null)[];
    maxMs: (number | null)[];
  }[] {
    const total = ({ sums }: LatencySeries): number => sums.reduce((sum, value) => sum + value, 0);
    return [...this.#latencies]
      .sort(([, a], [, b]) => total(b) - total(a))
      .slice(0, max)
      .map(([command, { counts, sums, maxima }]) => {
        const inBuckets = (value: (bucket: number, count: number) => number): (number | null)[] =>
          [...counts.subarray(0, this.#used)].map((count, bucket) =>
            count === 0 ? null : round(value(bucket, count)),
          );
        return {
          command,
          meanMs: inBuckets((bucket, count) => (sums[bucket] as number) / count / 1e6),
          maxMs: inBuckets((bucket) => (maxima[bucket] as number) / 1e6),
        };
      });
  }

  #bucket(time: number): number {
    if (time >= this.#recentStart && time < this.#recentEnd) return this.#recent;
    return this.#findBucket(time);
  }

  #findBucket(time: number): number {
    // Clocks step back, and captures are merged out of order: what is before the start is at it.
    let bucket = time <= 0 ? 0 : Math.floor(time / this.#widthNs);
    while (bucket >= maxBuckets) {
      this.#halve();
      bucket = Math.floor(time / this.#widthNs);
    }
    if (bucket >= this.#used) this.#used = bucket + 1;
    this.#recent = bucket;
    this.#recentStart = bucket * this.#widthNs;
    this.#recentEnd = this.#recentStart + this.#widthNs;
    return bucket;
  }

  #halve(): void {
    this.#widthNs *= 2;
    this.#used = Math.ceil(this.#used / 2);
    for (const sums of [this.#packets, this.#retransmissions, this.#resets]) mergePairs(sums, add);
    for (const { counts, sums, maxima } of this.#latencies.values()) {
      mergePairs(counts, add);
      mergePairs(sums, add);
      mergePairs(maxima, Math.max);
    }
  }
}

function mergePairs(values: Float64Array, merge: (a: number, b: number) => number): void {
  const half = values.length / 2;
  for (let index = 0; index < half; index++) {
    values[index] = merge(values[2 * index] as number, values[2 * index + 1] as number);
  }
  values.fill(0, half);
}

function add(a: number, b: number): number {
  return a + b;
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
