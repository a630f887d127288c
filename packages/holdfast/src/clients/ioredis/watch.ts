/**
 * Remembers on which connection keys are watched. A reconnect ends every WATCH on the server, and
 * ioredis does not notice: the transaction that relied on it would run without its condition.
 */
export class WatchedConnection {
  #watchedOn: object | undefined;

  /** A command is written on `connection`. */
  noteCommand(name: string, connection: object | undefined): void {
    if (name === "watch") this.#watchedOn = connection;
    else if (name === "unwatch") this.#watchedOn = undefined;
  }

  /** A transaction is about to be written: whether the keys it relies on are watched no more. */
  endsBroken(connection: object | undefined): boolean {
    const watchedOn = this.#watchedOn;
    this.#watchedOn = undefined;
    return watchedOn !== undefined && watchedOn !== connection;
  }
}
