import type { LoadProcess } from "../load/load-process.ts";
import type { LoadPlan } from "../load/plan.ts";
import type { Sample } from "../load/sample.ts";
import { baselineAvailabilityMin } from "../measure/validity.ts";
import { availability } from "../measure/windows.ts";
import { Segment } from "./segment.ts";

export interface CalmOptions {
  readonly load: LoadProcess;
  readonly plan: Pick<LoadPlan, "schedule" | "expect" | "timeoutMs">;
  readonly targets: LoadPlan["targets"];
  /** How long one look takes, in milliseconds. */
  readonly lookMs: number;
  readonly signal: AbortSignal;
}

/**
 * Looks before each fault whether every subject serves, and goes on looking while one does not: an
 * API that was started anew on a busy machine may fail requests for seconds, and a baseline taken then
 * would make the row invalid. The time for that is bounded over the whole drill; when it is used up
 * the fault comes all the same, and the row says what was wrong.
 */
export class Calm {
  #leftMs: number;

  /** @param patienceMs - For all looks but the first of each fault, in milliseconds. */
  constructor(patienceMs: number) {
    this.#leftMs = patienceMs;
  }

  async await(options: CalmOptions): Promise<void> {
    const { lookMs } = options;
    while (!(await allServe(options)) && this.#leftMs >= lookMs) this.#leftMs -= lookMs;
  }
}

async function allServe({ load, plan, targets, lookMs, signal }: CalmOptions): Promise<boolean> {
  const seen: Sample[][] = targets.map(() => []);
  const collect = (samples: readonly Sample[]): void => {
    for (const sample of samples) seen[sample.target]?.push(sample);
  };
  const look = new Segment(load, { ...plan, targets, fromMs: 0, toMs: lookMs }, collect, signal);
  await look.endAt(lookMs);
  return seen.every((samples) => availability(samples) >= baselineAvailabilityMin);
}
