export interface LaneOptions {
  /** Queries that run at once. */
  readonly concurrent: number;
  /** Queries that may wait for their turn; one more is refused. */
  readonly queueMax: number;
  /** The least time that a query takes, in milliseconds. */
  readonly serviceMs: number;
}

export interface LaneStats {
  readonly limit: number;
  /** The most queries that ran or waited at once since the last reset. */
  readonly peak: number;
  readonly refused: number;
  readonly served: number;
}

/** The lane is full: a primary with all its connections busy answers the same way. */
export class LaneFullError extends Error {
  override readonly name = "LaneFullError";
}

/**
 * A variant's share of the primary. Each variant has its own, so that one that floods the primary
 * hurts itself only and the numbers can be compared.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #waiting: Array<() => void> = [];
  #running = 0;
  #peak = 0;
  #refused = 0;
  #served = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  async run<T>(query: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      const [result] = await Promise.all([query(), sleep(this.#options.serviceMs)]);
      this.#served += 1;
      return result;
    } finally {
      this.#leave();
    }
  }

  stats(): LaneStats {
    return {
      limit: this.#options.concurrent + this.#options.queueMax,
      peak: this.#peak,
      refused: this.#refused,
      served: this.#served,
    };
  }

  reset(): void {
    this.#peak = this.#running + this.#waiting.length;
    this.#refused = 0;
    this.#served = 0;
  }

  async #enter(): Promise<void> {
    if (this.#running >= this.#options.concurrent) {
      if (this.#waiting.length >= this.#options.queueMax) {
        this.#refused += 1;
        throw new LaneFullError("the primary has no free connection");
      }
      const turn = new Promise<void>((resolve) => this.#waiting.push(resolve));
      this.#peak = Math.max(this.#peak, this.#running + this.#waiting.length);
      await turn;
      return;
    }
    this.#running += 1;
    this.#peak = Math.max(this.#peak, this.#running);
  }

  #leave(): void {
    const next = this.#waiting.shift();
    // The slot passes on as it is, so that nobody slips in between.
    if (next === undefined) this.#running -= 1;
    else next();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
