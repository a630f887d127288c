import { seededRandom } from "../../testbed.ts";
import { seedFor } from "./seed.ts";
import { zipfSampler } from "./zipf.ts";

export interface ScheduleOptions {
  /** Requests per second on average. */
  readonly rate: number;
  readonly seed: number;
  /** Ids are drawn from 1 to `ids`. */
  readonly ids: number;
  /** Exponent of Zipf's law. */
  readonly zipf: number;
}

export interface Arrival {
  /** The intended start, in milliseconds from the start of the schedule. */
  readonly atMs: number;
  readonly id: number;
}

/**
 * An open model: visitors come by a Poisson process, whether or not earlier ones were answered.
 * A closed model would wait with the API and hide its outage. Endless; the same seed gives the same
 * arrivals.
 */
export function* arrivals({ rate, seed, ids, zipf }: ScheduleOptions): Generator<Arrival, never> {
  // Apart from each other, so that another number of ids leaves the times as they are.
  const times = seededRandom(seedFor(seed, "times"));
  const draw = zipfSampler(ids, zipf, seededRandom(seedFor(seed, "ids")));
  const meanGapMs = 1_000 / rate;
  let atMs = 0;
  while (true) {
    atMs += -Math.log(1 - times()) * meanGapMs;
    yield { atMs, id: draw() };
  }
}
