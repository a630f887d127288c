/** Buckets per power of two: a value is known to 3 %. */
const subBuckets = 32;
const powers = 44;

/** Counts durations in nanoseconds, from 1 µs to more than a day, in constant memory. */
export class Histogram {
  count = 0;
  max = 0;
  sum = 0;
  readonly #counts = new Uint32Array(subBuckets * powers);

  add(nanoseconds: number): void {
    const value = nanoseconds > 0 ? nanoseconds : 0;
    this.count++;
    this.sum += value;
    if (value > this.max) this.max = value;
    const index = bucketOf(value);
    this.#counts[index] = (this.#counts[index] as number) + 1;
  }

  /** The duration below which this share of them lies, in nanoseconds; 0 without any. */
  percentile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index++) {
      seen += this.#counts[index] as number;
      if (seen >= rank) return Math.min(this.max, middleOf(index));
    }
    return this.max;
  }
}

function bucketOf(value: number): number {
  let whole = value;
  let power = 0;
  // Bit operations know 32 bits; what is longer than two seconds is halved until it fits.
  while (whole >= 2 ** 31) {
    whole /= 2;
    power++;
  }
  if (whole < subBuckets) return whole | 0;
  const shift = 27 - Math.clz32(whole);
  power += shift;
  const index = subBuckets + (power - 1) * (subBuckets / 2) + (whole >> shift) - 16;
  return index < subBuckets * powers ? index : subBuckets * powers - 1;
}

function middleOf(index: number): number {
  if (index < subBuckets) return index;
  const power = Math.floor((index - subBuckets) / (subBuckets / 2)) + 1;
  const step = ((index - subBuckets) % (subBuckets / 2)) + 16;
  return (step + 0.5) * 2 ** power;
}
