import type { Clock, Random } from "../core/index.ts";
import { reconnectBaseMs, reconnectCapMs, stableConnectionMs } from "./defaults.ts";

/**
 * Pauses between attempts to connect: doubling, jittered, never long enough to miss a recovery by
 * more than half a second. A connection that is accepted and lost at once does not start it over, or
 * a server that resets everyone would be stormed.
 */
export class ReconnectPace {
  readonly #clock: Clock;
  readonly #random: Random;
  #failures = 0;
  #upSince: number | undefined;
  /** When the attempt under way began. */
  #startedAt: number;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.#startedAt = clock.now();
  }

  started(): void {
    this.#startedAt = this.#clock.now();
  }

  up(): void {
    this.#upSince = this.#clock.now();
  }

  /** The connection or the attempt is lost; gives the pause before the next, in milliseconds. */
  down(): number {
    const now = this.#clock.now();
    const lived = this.#upSince === undefined ? 0 : now - this.#upSince;
    if (lived >= stableConnectionMs) this.#failures = 0;
    this.#failures++;
    const ceiling = Math.min(
      reconnectCapMs,
      reconnectBaseMs * 2 ** Math.min(this.#failures - 1, 10),
    );
    const pause = ceiling * (0.5 + this.#random() * 0.5);
    // An attempt that took its time before it failed has been a pause already.
    const tried = this.#upSince === undefined ? now - this.#startedAt : 0;
    this.#upSince = undefined;
    return Math.max(pause - tried, Math.min(pause, reconnectBaseMs));
  }
}
