/** The most requests of one connection that wait for their replies. */
export const maxPending = 16_384;

const firstCapacity = 4;
const fields = 5;

/**
 * The requests of one connection that wait for their replies, oldest first: a ring of plain
 * numbers, since a capture has millions of them.
 */
export class PendingRequests {
  #ring: number[] = new Array(firstCapacity * fields).fill(0);
  #capacity = firstCapacity;
  #first = 0;
  #length = 0;
  /** How many of the oldest are acknowledged. */
  #acknowledged = 0;

  get length(): number {
    return this.#length;
  }

  /** @returns false when there is no more room. */
  push(time: number, frame: number, endSequence: number, command: number): boolean {
    if (this.#length === this.#capacity && !this.#grow()) return false;
    const at = ((this.#first + this.#length) & (this.#capacity - 1)) * fields;
    const ring = this.#ring;
    ring[at] = time;
    ring[at + 1] = frame;
    ring[at + 2] = endSequence;
    ring[at + 3] = command;
    ring[at + 4] = -1;
    this.#length++;
    return true;
  }

  /** Of the oldest request, when there is one. */
  get time(): number {
    return this.#ring[this.#first * fields] as number;
  }

  get frame(): number {
    return this.#ring[this.#first * fields + 1] as number;
  }

  get command(): number {
    return this.#ring[this.#first * fields + 3] as number;
  }

  /** When its last byte was acknowledged; -1 as long as it is not. */
  get acknowledgedAt(): number {
    return this.#ring[this.#first * fields + 4] as number;
  }

  /** The other side has everything up to here. */
  acknowledge(sequence: number, time: number): void {
    while (this.#acknowledged < this.#length) {
      const at = ((this.#first + this.#acknowledged) & (this.#capacity - 1)) * fields;
      if (((sequence - (this.#ring[at + 2] as number)) | 0) < 0) return;
      this.#ring[at + 4] = time;
      this.#acknowledged++;
    }
  }

  shift(): void {
    this.#first = (this.#first + 1) & (this.#capacity - 1);
    this.#length--;
    if (this.#acknowledged > 0) this.#acknowledged--;
  }

  clear(): void {
    this.#length = 0;
    this.#acknowledged = 0;
    if (this.#capacity > firstCapacity) {
      this.#capacity = firstCapacity;
      this.#first = 0;
      this.#ring = new Array(firstCapacity * fields).fill(0);
    }
  }

  #grow(): boolean {
    if (this.#capacity >= maxPending) return false;
    const grown: number[] = new Array(this.#capacity * 2 * fields).fill(0);
    for (let index = 0; index < this.#length; index++) {
      const from = ((this.#first + index) & (this.#capacity - 1)) * fields;
      for (let field = 0; field < fields; field++) {
        grown[index * fields + field] = this.#ring[from + field] as number;
      }
    }
    this.#ring = grown;
    this.#capacity *= 2;
    this.#first = 0;
    return true;
  }
}
