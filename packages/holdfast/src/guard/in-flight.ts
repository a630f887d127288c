import type { Call } from "../clients/index.ts";

/**
 * What the client holds, in the order in which it was written. Replies come in that order, so what
 * is done is found at the head, when somebody looks: a reply itself costs nothing here.
 */
export class InFlight {
  readonly #onDone: (call: Call, now: number) => void;
  #ring: (Call | undefined)[] = new Array(64);
  #head = 0;
  #size = 0;
  #commands = 0;

  /** @param onDone - Gets each call that the client has let go of, once. */
  constructor(onDone: (call: Call, now: number) => void) {
    this.#onDone = onDone;
  }

  /** Commands, those of batches included, as of the last `collect()`. */
  get commands(): number {
    return this.#commands;
  }

  /** The one written longest ago. */
  get oldest(): Call | undefined {
    return this.#size === 0 ? undefined : this.#ring[this.#head];
  }

  push(call: Call): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#size) & (this.#ring.length - 1)] = call;
    this.#size++;
    this.#commands += call.size;
  }

  /** Takes out what the client has let go of. */
  collect(now: number): void {
    while (this.#size > 0) {
      const call = this.#ring[this.#head] as Call;
      if (!call.released) return;
      this.#ring[this.#head] = undefined;
      this.#head = (this.#head + 1) & (this.#ring.length - 1);
      this.#size--;
      this.#commands -= call.size;
      this.#onDone(call, now);
    }
  }

  /** Those that were in flight when it began, oldest first. */
  *[Symbol.iterator](): IterableIterator<Call> {
    for (const call of this.#snapshot()) yield call;
  }

  #snapshot(): Call[] {
    return Array.from({ length: this.#size }, (_, index) => this.#at(index));
  }

  #at(index: number): Call {
    return this.#ring[(this.#head + index) & (this.#ring.length - 1)] as Call;
  }

  #grow(): void {
    const calls: (Call | undefined)[] = this.#snapshot();
    calls.length = this.#ring.length * 2;
    this.#ring = calls;
    this.#head = 0;
  }
}
