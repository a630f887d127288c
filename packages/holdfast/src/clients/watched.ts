/**
 * Remembers on which connection keys are watched. A reconnect ends every WATCH on the server, and the
 * libraries do not notice, or only of their own method: the transaction that relied on it would run
 * without its condition.
 */
export class WatchedConnection {
  /** That of the first WATCH: what comes later adds to it. */
  #watchedOn: unknown;
  #begunOn: unknown;

  /** Something relies on a WATCH. */
  get watching(): boolean {
    return this.#watchedOn !== undefined;
  }

  /** What the next transaction relies on may be gone already. */
  lose(): void {
    this.#watchedOn ??= this;
  }

  /**
   * Takes note of a command that is written on `connection`, in whatever case its name is.
   *
   * @returns Whether it is an EXEC that must not run: keys that it relies on are watched no more.
   */
  refuses(name: string, connection: unknown): boolean {
    const { length } = name;
    // At the cost of a comparison for most commands.
    if (length !== 4 && length !== 5 && length !== 7) return false;
    switch (name.toLowerCase()) {
      case "watch":
        this.#watchedOn ??= connection;
        return false;
      case "multi":
        this.#begunOn = connection;
        return false;
      case "unwatch":
        // Within a transaction it runs when the condition has been looked at.
        if (this.#begunOn === undefined || this.#begunOn !== connection) this.#end();
        return false;
      case "discard":
      case "reset":
        this.#end();
        return false;
      case "exec": {
        const watchedOn = this.#watchedOn;
        this.#end();
        return watchedOn !== undefined && watchedOn !== connection;
      }
      default:
        return false;
    }
  }

  #end(): void {
    this.#watchedOn = undefined;
    this.#begunOn = undefined;
  }
}
