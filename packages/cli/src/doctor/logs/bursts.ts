/** Failures that came together. */
export interface Burst {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Bursts at even intervals, from beginning to beginning. */
export interface Period {
  readonly periodMs: number;
  readonly bursts: number;
}

/** A burst ends where nothing was counted for so many bins. */
const quietBins = 2;
/** Fewer tell nothing about a rhythm, and single failures are a retry's rhythm. */
const periodBurstsMin = 4;
const burstSizeMin = 2;
/** The standard deviation of the intervals, as a share of their mean, that still is a rhythm. */
const variationMax = 0.2;

/** Puts neighbouring points together. */
export function burstsOf(points: readonly (readonly [number, number])[], stepMs: number): Burst[] {
  const bursts: { from: number; to: number; count: number }[] = [];
  for (const [at, count] of points) {
    const last = bursts.at(-1);
    if (last !== undefined && at - last.to < quietBins * stepMs) {
      last.to = at + stepMs;
      last.count += count;
    } else {
      bursts.push({ from: at, to: at + stepMs, count });
    }
  }
  return bursts;
}

/** The rhythm of bursts, where they have one. */
export function periodOf(bursts: readonly Burst[]): Period | undefined {
  const big = bursts.filter(({ count }) => count >= burstSizeMin);
  if (big.length < periodBurstsMin || big.length < bursts.length * 0.7) return undefined;
  const intervals = big.slice(1).map(({ from }, index) => from - (big[index]?.from ?? 0));
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  const variance =
    intervals.reduce((sum, interval) => sum + (interval - mean) ** 2, 0) / intervals.length;
  if (Math.sqrt(variance) > variationMax * mean) return undefined;
  return { periodMs: Math.round(mean), bursts: big.length };
}
