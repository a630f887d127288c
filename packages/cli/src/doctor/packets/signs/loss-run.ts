const maxPauses = 8;
/** How many of the latest segments are remembered with their times. */
const remembered = 8;

/** One segment that is sent again and again: when, and whether it was acknowledged in the end. */
export class LossRun {
  isOpen = false;
  /** Of the first byte, and behind the last. */
  sequence = 0;
  end = 0;
  firstFrame = 0;
  lastFrame = 0;
  /** When the segment had been sent at first, as far as that is known. */
  originalTime = 0;
  lastTime = 0;
  count = 0;
  /** Nanoseconds before each repetition; the first ones. */
  pauses: number[] = [];

  readonly #sequences: number[] = [];
  readonly #times: number[] = [];
  readonly #identifications: number[] = [];
  #latest = 0;

  /** A segment goes out for the first time. */
  sent(sequence: number, time: number, identification: number): void {
    this.#identifications[this.#latest] = identification;
    this.#sequences[this.#latest] = sequence;
    this.#times[this.#latest] = time;
    this.#latest = (this.#latest + 1) % remembered;
  }

  /**
   * Whether this is a packet that was captured before, on another interface: one that is sent again
   * is given a number of its own. IPv6 has none.
   */
  isCopy(sequence: number, identification: number): boolean {
    const index = this.#sequences.indexOf(sequence);
    return identification !== 0 && this.#identifications[index] === identification;
  }

  /** @param orElse - When it was sent, if that is forgotten. */
  begin(sequence: number, end: number, frame: number, orElse: number): void {
    const index = this.#sequences.indexOf(sequence);
    this.isOpen = true;
    this.sequence = sequence;
    this.end = end;
    this.firstFrame = frame;
    this.originalTime = this.#times[index] ?? orElse;
    this.lastTime = this.originalTime;
    this.count = 0;
    this.pauses = [];
  }

  repeated(time: number, frame: number): void {
    this.count++;
    if (this.pauses.length < maxPauses) this.pauses.push(Math.max(0, time - this.lastTime));
    this.lastTime = time;
    this.lastFrame = frame;
  }

  /** Whether the pauses grow as a sender's do that hears nothing: RFC 6298 doubles them. */
  get isBackingOff(): boolean {
    if (this.count < 3) return false;
    // Linux sends a probe of the tail early and once; it is not part of the doubling.
    const [, ...rest] = this.pauses;
    return rest.every((pause, index) => {
      const before = rest[index - 1];
      return before === undefined || pause >= 1.5 * before;
    });
  }
}
