import type { Random } from "../../testbed.ts";

/**
 * Draws ranks from 1 to `count`, rank k with a probability proportional to 1 / k^exponent (Zipf's
 * law): a few products get most of the visits. An exponent of 0 makes all ranks alike.
 */
export function zipfSampler(count: number, exponent: number, random: Random): () => number {
  const cumulative = new Float64Array(count);
  let total = 0;
  for (let rank = 1; rank <= count; rank++) {
    total += rank ** -exponent;
    cumulative[rank - 1] = total;
  }
  return () => {
    const wanted = random() * total;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    return low + 1;
  };
}
