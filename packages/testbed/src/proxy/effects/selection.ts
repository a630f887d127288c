import { TestbedError } from "../../errors.ts";
import { requireInteger, requireNumber } from "../../options.ts";
import { seededRandom } from "../../random.ts";

/** Which replies a fault takes: every n-th, or each with a probability; exactly one of the two. */
export interface SelectionOptions {
  /** Counted over all connections of the proxy; the first one taken is the n-th. At least 1. */
  readonly every?: number;
  /** 0 to 1. */
  readonly probability?: number;
  /** For `probability`. Default 1. */
  readonly seed?: number;
}

/** @returns A function that is called once a reply and says whether that reply is taken. */
export function selection(options: SelectionOptions): () => boolean {
  const { every, probability, seed = 1 } = options;
  if ((every === undefined) === (probability === undefined)) {
    throw new TestbedError("OPTIONS", "expected either every or probability");
  }
  if (probability !== undefined) {
    requireNumber("probability", probability, 0, 1);
    const random = seededRandom(seed);
    return () => random() < probability;
  }
  const period = every ?? 1;
  requireInteger("every", period, 1, Number.MAX_SAFE_INTEGER);
  let count = 0;
  return () => {
    count += 1;
    return count % period === 0;
  };
}
