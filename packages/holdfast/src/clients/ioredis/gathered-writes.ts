/** What a stream of Node.js offers to hold writes back. */
export interface CorkableStream {
  cork(): void;
  uncork(): void;
}

/**
 * Writes the commands of one turn of the event loop together: the client makes a system call for
 * each, and that is most of what a command costs. While nothing else is on its way a command is
 * written at once, so one alone never waits. The stream keeps the order, and lets go of what it holds
 * when it is ended.
 */
export class GatheredWrites {
  #held: CorkableStream | undefined;
  readonly #release: () => void = () => {
    const stream = this.#held;
    this.#held = undefined;
    stream?.uncork();
  };

  /**
   * A command is about to be written.
   *
   * @param inFlight - Commands that were written to the stream and have no reply.
   */
  gather(stream: CorkableStream | undefined, inFlight: number): void {
    if (inFlight === 0 || stream === undefined || stream === this.#held) return;
    this.#release();
    this.#held = stream;
    stream.cork();
    process.nextTick(this.#release);
  }
}
