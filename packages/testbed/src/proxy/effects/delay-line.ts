import type { Clock } from "../../clock.ts";
import type { ReplySink } from "../reply-effect.ts";

interface Delayed {
  readonly dueAt: number;
  /** Null stands for the server's FIN. */
  readonly bytes: Buffer | null;
}

/** Bytes that leave later, in the order in which they came. One timer, whatever it holds. */
export class DelayLine {
  readonly #sink: ReplySink;
  readonly #clock: Clock;
  #queue: Delayed[] = [];
  #cancel: (() => void) | undefined;
  #lastDueAt = 0;
  heldBytes = 0;

  constructor(sink: ReplySink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  /** The time that was given for the newest entry; in the past when it has left. */
  get lastDueAt(): number {
    return this.#lastDueAt;
  }

  /** An entry never leaves before one that came earlier, whatever its own time says. */
  add(bytes: Buffer | null, dueAt: number): void {
    this.#lastDueAt = dueAt;
    this.#queue.push({ bytes, dueAt });
    this.heldBytes += bytes?.length ?? 0;
    if (this.#cancel === undefined) this.#arm();
  }

  release(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#leave(Number.POSITIVE_INFINITY);
  }

  discard(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#queue = [];
    this.heldBytes = 0;
  }

  #arm(): void {
    const next = this.#queue[0];
    if (next === undefined) return;
    const waitMs = Math.max(0, next.dueAt - this.#clock.now());
    this.#cancel = this.#clock.schedule(() => {
      this.#cancel = undefined;
      this.#leave(this.#clock.now());
      this.#arm();
    }, waitMs);
  }

  #leave(now: number): void {
    let count = 0;
    for (const { dueAt, bytes } of this.#queue) {
      // Those behind it wait for it, due or not: a stream has one order.
      if (dueAt > now) break;
      count += 1;
      this.heldBytes -= bytes?.length ?? 0;
      if (bytes === null) this.#sink.finish();
      else this.#sink.write(bytes);
    }
    this.#queue = this.#queue.slice(count);
  }
}
