/** The most that one command is made for: a server is held by it for a fraction of a millisecond. */
export const togetherMax = 64;

interface Asked<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one command of what is asked for in one turn of the event loop. Under load most of what a
 * command costs is its way through client, socket and server, not its work: sixty reads that go
 * together cost little more than a few.
 *
 * What goes together fails together, and nobody waits for company: the command is sent as soon as
 * the turn's promises have run.
 */
export class Together<Item, Result> {
  readonly #send: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #most: number;
  #asked: Asked<Item, Result>[] = [];

  /**
   * @param send - Rejects for all, or gives a result for each in their order.
   * @param most - What one command is made for at most; 1 where keys lie on several servers.
   */
  constructor(send: (items: readonly Item[]) => Promise<readonly Result[]>, most: number) {
    this.#send = send;
    this.#most = most;
  }

  ask(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      const asked = this.#asked;
      asked.push({ item, resolve, reject });
      if (asked.length === this.#most) {
        this.#flush(asked);
      } else if (asked.length === 1) {
        // After the promises of this turn, which may ask for more; a full one has gone by then.
        queueMicrotask(() => process.nextTick(() => this.#flush(asked)));
      }
    });
  }

  #flush(asked: readonly Asked<Item, Result>[]): void {
    if (asked !== this.#asked) return;
    this.#asked = [];
    this.#send(asked.map(({ item }) => item)).then(
      (results) => {
        for (const [place, { resolve }] of asked.entries()) resolve(results[place] as Result);
      },
      (error: unknown) => {
        for (const { reject } of asked) reject(error);
      },
    );
  }
}
