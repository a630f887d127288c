import type { RulesOf } from "../core/index.ts";
import { HoldfastError, validateOptions } from "../core/index.ts";
import { integer, ratio } from "../core/rules.ts";
import { defaultBudgetCapacity, defaultBudgetFloor, defaultBudgetRatio } from "./defaults.ts";

export interface RetryBudgetOptions {
  /** Retries per call in the long run. Default 0.2, range 0 to 1. */
  readonly ratio?: number | undefined;
  /** Retries allowed before any call has paid for one. Default 3, range 0 to 1000000. */
  readonly floor?: number | undefined;
  /** The most retries that can be saved up. Default 100, or `floor` where that is more. */
  readonly capacity?: number | undefined;
}

export const retryBudgetRules: RulesOf<RetryBudgetOptions> = {
  ratio: ratio(),
  floor: integer({ max: 1_000_000 }),
  capacity: integer({ max: 1_000_000 }),
};

/**
 * A token bucket that bounds what retries add to the load: each call pays `ratio` in, each retry
 * takes 1 out. Over any number of calls the retries are at most `ratio` × calls + `floor`, so an
 * outage cannot multiply the traffic. Share one between policies that use the same dependency.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #capacity: number;
  #tokens: number;

  /** @throws HoldfastError `HOLDFAST_OPTIONS`. */
  constructor(options: RetryBudgetOptions = {}) {
    validateOptions("RetryBudget", options, retryBudgetRules);
    const { capacity } = options;
    const floor = options.floor ?? Math.min(defaultBudgetFloor, capacity ?? defaultBudgetFloor);
    this.#ratio = options.ratio ?? defaultBudgetRatio;
    this.#capacity = capacity ?? Math.max(defaultBudgetCapacity, floor);
    if (this.#capacity < floor) {
      throw new HoldfastError(
        "HOLDFAST_OPTIONS",
        `RetryBudget: capacity is ${this.#capacity}, expected at least floor (${floor})`,
      );
    }
    this.#tokens = floor;
  }

  /** Retries that could be taken now. */
  get tokens(): number {
    return this.#tokens;
  }

  /** The first attempt of a call begins; a call that is refused pays nothing. */
  deposit(): void {
    const tokens = this.#tokens + this.#ratio;
    this.#tokens = tokens < this.#capacity ? tokens : this.#capacity;
  }

  /** Takes one retry out; false when there is none, and then the retry must not be made. */
  withdraw(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
