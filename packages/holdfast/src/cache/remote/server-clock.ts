import type { Clock } from "../../core/index.ts";

/**
 * The Redis server's clock as this process sees it. Ages of stored values are told on that one
 * clock, so that processes whose own clocks differ agree on what is fresh.
 */
export class ServerClock {
  readonly #clock: Clock;
  #offset: number;

  /** @param wallClock - Stands in until a server has told its time. */
  constructor(clock: Clock, wallClock: () => number = Date.now) {
    this.#clock = clock;
    this.#offset = wallClock() - clock.now();
  }

  /** Takes note of the time that a server told, between sending a command and having its reply. */
  observe(serverMs: number, sentAt: number): void {
    // A reply that was another command's may hold anything.
    if (!Number.isFinite(serverMs)) return;
    this.#offset = serverMs - (sentAt + this.#clock.now()) / 2;
  }

  /** The server's time now, in whole milliseconds. */
  now(): number {
    return Math.round(this.#clock.now() + this.#offset);
  }

  toLocal(serverMs: number): number {
    return serverMs - this.#offset;
  }
}
