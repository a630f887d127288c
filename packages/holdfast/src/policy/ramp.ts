/** Calls in flight that are admitted the moment a breaker closes. */
export const rampStart = 10;

/** How often the bound doubles until the ramp ends: from 10 to 1,280. */
const doublings = 7;

/**
 * A slow start: after recovery the bound on calls in flight rises from {@link rampStart}, doubling
 * seven times over `rampMs`, and is then lifted. It bounds what is in flight, not the rate: a service
 * that answers fast again is never throttled, one that is still slow is not flooded.
 */
export class Ramp {
  readonly #startedAt: number;
  readonly #rampMs: number;
  #inFlight = 0;

  constructor(startedAt: number, rampMs: number) {
    this.#startedAt = startedAt;
    this.#rampMs = rampMs;
  }

  isOver(now: number): boolean {
    return now - this.#startedAt >= this.#rampMs;
  }

  isFull(now: number): boolean {
    const progress = Math.max(0, now - this.#startedAt) / this.#rampMs;
    return this.#inFlight >= rampStart * 2 ** (doublings * progress);
  }

  enter(): void {
    this.#inFlight++;
  }

  exit(): void {
    this.#inFlight--;
  }

  /** Until the bound is twice what it is, in milliseconds. */
  get stepMs(): number {
    return this.#rampMs / doublings;
  }
}
