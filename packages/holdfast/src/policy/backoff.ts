import type { Random } from "../core/index.ts";

/** How the pause between attempts is spread. */
export type Jitter = "full" | "decorrelated" | "none";

export interface BackoffSettings {
  readonly baseMs: number;
  readonly capMs: number;
  readonly jitter: Jitter;
}

/**
 * The pause before the next attempt, in milliseconds. Without state: who retries keeps the numbers.
 *
 * - `full`: random between 0 and min(cap, base · 2^(n−1))
 * - `decorrelated`: random between base and 3 × the last pause, at most cap
 * - `none`: min(cap, base · 2^(n−1)); with `capMs` equal to `baseMs` it is constant
 *
 * Formulas: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export class Backoff {
  readonly #settings: BackoffSettings;
  readonly #random: Random;

  constructor(settings: BackoffSettings, random: Random) {
    this.#settings = settings;
    this.#random = random;
  }

  /**
   * @param attempt - The attempt that failed; the first is 1.
   * @param previousMs - The pause before that attempt, 0 before the first.
   */
  waitMs(attempt: number, previousMs: number): number {
    const { baseMs, capMs, jitter } = this.#settings;
    if (jitter === "decorrelated") {
      const upTo = Math.max(baseMs, previousMs * 3);
      return Math.min(capMs, baseMs + this.#random() * (upTo - baseMs));
    }
    // 2^1024 is Infinity, and 0 · Infinity is NaN.
    const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 1_000));
    return jitter === "full" ? this.#random() * ceiling : ceiling;
  }
}
