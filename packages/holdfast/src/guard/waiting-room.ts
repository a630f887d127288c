import type { Call } from "../clients/index.ts";

/** Calls that wait for a connection, a place or the end of a pause. Bounded in number. */
export class WaitingRoom {
  readonly #max: number;
  #calls: Call[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#calls.length;
  }

  /** False when it is full. */
  enter(call: Call): boolean {
    if (this.#calls.length >= this.#max) return false;
    this.#calls.push(call);
    return true;
  }

  /** Shows everyone who waits to `leaves`, in the order of arrival; who leaves is taken out. */
  sweep(leaves: (call: Call) => boolean): void {
    const calls = this.#calls;
    // Who enters meanwhile is appended behind `count`, and waits for the next sweep.
    const count = calls.length;
    const staying = calls.filter((call) => !leaves(call));
    this.#calls = staying.concat(calls.slice(count));
  }
}
