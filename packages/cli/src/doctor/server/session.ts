import { type CommandArgument, type PlainReply, ReplyError } from "../../testbed.ts";
import type { Connection } from "./connection.ts";
import { DeadlineError } from "./deadline.ts";
import type { Settings } from "./options.ts";

/** An answer, or the reason why there is none. */
export type Answer =
  | { readonly ok: true; readonly reply: PlainReply }
  | { readonly ok: false; readonly reason: string; readonly silent: boolean };

/** The connections that a server may cost us before the examination goes on without it. */
const reconnectsMax = 2;

/** Asks the server one command at a time, and goes on after one that is refused or not answered. */
export class Session {
  readonly #settings: Settings;
  readonly #reconnect: () => Promise<Connection | undefined>;
  #connection: Connection | undefined;
  #reconnects = 0;
  #lastReason = "no connection";
  readonly ownErrors: Record<string, number> = {};
  /** Of every connection that it had, as CLIENT LIST may show them. */
  readonly ownAddresses: Set<string> = new Set();
  #silences = 0;

  constructor(
    connection: Connection,
    settings: Settings,
    reconnect: () => Promise<Connection | undefined>,
  ) {
    this.#settings = settings;
    this.#reconnect = reconnect;
    this.#use(connection);
  }

  async ask(...args: readonly CommandArgument[]): Promise<Answer> {
    const connection = await this.#open();
    if (connection === undefined) {
      return { ok: false, reason: this.#lastReason, silent: this.#silences > 0 };
    }
    const { timeoutMs, signal } = this.#settings;
    try {
      return { ok: true, reply: await connection.command(timeoutMs, signal, ...args) };
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      const silent = error instanceof DeadlineError;
      if (silent) this.#silences += 1;
      if (error instanceof ReplyError) this.count(error);
      else this.#lastReason = reason;
      return { ok: false, reason: firstLine(reason), silent };
    }
  }

  /** Remembers an error reply that the server has counted on our account. */
  count(error: ReplyError): void {
    this.ownErrors[error.prefix] = (this.ownErrors[error.prefix] ?? 0) + 1;
  }

  close(): void {
    this.#connection?.close();
  }

  async #open(): Promise<Connection | undefined> {
    if (this.#connection?.failure === undefined) return this.#connection;
    if (this.#reconnects >= reconnectsMax) return undefined;
    this.#reconnects += 1;
    const connection = await this.#reconnect();
    if (connection !== undefined) this.#use(connection);
    return connection;
  }

  #use(connection: Connection): void {
    this.#connection = connection;
    if (connection.localAddress !== undefined) this.ownAddresses.add(connection.localAddress);
  }
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0]?.slice(0, 160) ?? "";
}
