import type { BreakerSettings } from "./breaker-settings.ts";
import { FailureRun } from "./failure-run.ts";
import { SlidingWindow } from "./sliding-window.ts";

/** Decides when a closed breaker opens: a rate over a window, or failures in a row. */
export class TripRule {
  readonly #settings: BreakerSettings;
  readonly #window: SlidingWindow;
  readonly #run: FailureRun | undefined;

  constructor(settings: BreakerSettings) {
    const { windowMs, consecutive } = settings;
    this.#settings = settings;
    this.#window = new SlidingWindow(windowMs);
    this.#run = consecutive > 0 ? new FailureRun(consecutive, windowMs) : undefined;
  }

  /** Counts a success; true when it was slow and too many were. */
  success(now: number, slow: boolean): boolean {
    this.#run?.end();
    this.#window.record(now, false, slow);
    return slow && this.#tooManySlow();
  }

  /** Counts a failure; true when there were too many. */
  failure(now: number, slow: boolean, inARow: boolean): boolean {
    this.#window.record(now, true, slow);
    const { calls, failures } = this.#window;
    const { minCalls, failureRate } = this.#settings;
    return (
      (inARow && this.#run?.fail(now) === true) ||
      (calls >= minCalls && failures / calls >= failureRate) ||
      (slow && this.#tooManySlow())
    );
  }

  /** The reason when no failure is one. */
  slowness(): Error {
    const { calls, slow } = this.#window;
    return new Error(`${slow} of ${calls} calls took ${this.#settings.slowMs} ms or longer`);
  }

  clear(): void {
    this.#run?.end();
    this.#window.clear();
  }

  #tooManySlow(): boolean {
    const { calls, slow } = this.#window;
    const { minCalls, slowRate } = this.#settings;
    return calls >= minCalls && slow / calls >= slowRate;
  }
}
