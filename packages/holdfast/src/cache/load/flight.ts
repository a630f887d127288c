import type { Clock, Timer } from "../../core/index.ts";
import type { MemoryEntry } from "../memory.ts";
import type { MarkTokens } from "../wire/entry.ts";

/**
 * One fetch of one key, that every caller who asks for the key meanwhile shares.
 *
 * Its answer is what the fetch gives, or the stale value once the fetch has lasted for the soft
 * time-out; the fetch then goes on for those who come later.
 */
export class Flight {
  readonly id: string;
  readonly startedAt: number;
  readonly answer: Promise<unknown>;
  /** The key was invalidated after the fetch began: its result may be given, not stored. */
  outdated = false;
  /** The marks by which the result is stored, as they were before it was read or loaded. */
  marks: MarkTokens = [];
  /** By which the result may be stored in Redis. */
  lease: string | undefined;
  #stale: MemoryEntry | undefined;
  #answered = false;
  #softTimer: Timer | undefined;
  readonly #clock: Clock;
  readonly #softTimeoutMs: number;
  readonly #onStale: () => void;
  readonly #onEnd: () => void;
  /** Called when it has to wait for another process. */
  readonly onWait: () => void;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;

  constructor(
    id: string,
    options: {
      readonly clock: Clock;
      readonly softTimeoutMs: number;
      /** Called when the answer is a stale value. */
      readonly onStale: () => void;
      /** Called before the answer settles: whoever hears it and asks again gets a new fetch. */
      readonly onEnd: (flight: Flight) => void;
      readonly onWait: () => void;
    },
  ) {
    this.id = id;
    this.#clock = options.clock;
    this.#softTimeoutMs = options.softTimeoutMs;
    this.#onStale = options.onStale;
    this.#onEnd = () => options.onEnd(this);
    this.onWait = options.onWait;
    this.startedAt = options.clock.now();
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The value to fall back on, while it may be given. */
  get stale(): MemoryEntry | undefined {
    const entry = this.#stale;
    return entry !== undefined && entry.staleUntil > this.#clock.now() ? entry : undefined;
  }

  /** Sets the value to fall back on, or takes it away because it has turned out to be deleted. */
  set stale(entry: MemoryEntry | undefined) {
    this.#stale = entry;
    if (entry === undefined || this.#answered || this.#softTimer !== undefined) return;
    const left = Math.max(0, this.startedAt + this.#softTimeoutMs - this.#clock.now());
    this.#softTimer = this.#clock.schedule(() => this.#soften(), left);
  }

  /** Ends it with a value. */
  settle(value: unknown): void {
    this.#end();
    this.#resolve(value);
  }

  /** Ends it with the stale value, which there must be. */
  giveStale(): void {
    this.fail(new Error("no stale value is left"));
  }

  /** Ends it with the stale value where one is left, else with the error. */
  fail(error: unknown): void {
    const { stale } = this;
    const answered = this.#answered;
    this.#end();
    if (stale === undefined) {
      this.#reject(error);
    } else {
      if (!answered) this.#onStale();
      this.#resolve(stale.value);
    }
  }

  #soften(): void {
    this.#softTimer = undefined;
    const { stale } = this;
    if (stale === undefined || this.#answered) return;
    this.#answered = true;
    this.#onStale();
    this.#resolve(stale.value);
  }

  #end(): void {
    this.#answered = true;
    if (this.#softTimer !== undefined) this.#clock.cancel(this.#softTimer);
    this.#softTimer = undefined;
    this.#onEnd();
  }
}
