import type { LoadProcess, LoadRun } from "../load/load-process.ts";
import { epochNow, type LoadPlan } from "../load/plan.ts";
import type { Sample } from "../load/sample.ts";
import { orAborted, sleepUntil } from "../time.ts";

/** The generator gets this long to make its connections ready before the first request, in ms. */
const leadMs = 30;

/** A stretch of the schedule that is sent without a pause. Times are the schedule's. */
export class Segment {
  readonly #startAt: number;
  readonly #run: LoadRun;
  readonly #signal: AbortSignal;
  readonly #failed: Promise<never>;

  constructor(
    load: LoadProcess,
    plan: Omit<LoadPlan, "startAt">,
    onSamples: (samples: readonly Sample[]) => void,
    signal: AbortSignal,
  ) {
    this.#startAt = epochNow() + leadMs - plan.fromMs;
    this.#signal = signal;
    this.#run = load.run({ ...plan, startAt: this.#startAt }, onSamples);
    this.#failed = new Promise((_, reject) => this.#run.done.catch(reject));
    this.#failed.catch(() => undefined);
  }

  /** Wall-clock time to the schedule's. */
  toMs(epochMs: number): number {
    return epochMs - this.#startAt;
  }

  /** Waits until a time of the schedule; rejects when aborted or when the generator dies. */
  async until(atMs: number): Promise<void> {
    await Promise.race([sleepUntil(this.#startAt + atMs, this.#signal), this.#failed]);
  }

  /** Sends nothing that is due later, and waits for the answers that are on their way. */
  async endAt(atMs: number): Promise<void> {
    this.#run.end(atMs);
    await this.until(atMs);
    await orAborted(this.#run.done, this.#signal);
  }
}
