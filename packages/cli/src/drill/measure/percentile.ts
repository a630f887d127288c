/**
 * The value that `fraction` of the values do not exceed, by nearest rank: always one that occurred.
 * Exact, not a histogram's guess. NaN for no values.
 *
 * @param sorted - In ascending order.
 */
export function percentile(sorted: ArrayLike<number>, fraction: number): number {
  const rank = Math.max(1, Math.ceil(fraction * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** The values in ascending order, as numbers. */
export function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

/** To hundredths: more digits of a latency are noise. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
