import type { Link } from "../clients/index.ts";
import type { Clock } from "../core/index.ts";
import { Alarm } from "./alarm.ts";
import { silenceMs } from "./defaults.ts";

/** What came of a suspicion. */
export interface SilenceHandlers {
  /** Not a byte came: the connection is dead or the server stands still. */
  silent(): void;
  /** The server answered the PING, after so many milliseconds: it is slow, not silent. */
  alive(afterMs: number): void;
}

/**
 * Tells a server that says nothing from one that is slow. An overdue command alone cannot: so the
 * guard sends its own PING after it on the same connection, and watches the bytes. Anything that
 * arrives, be it a part of a large reply, clears the connection.
 */
export class SilenceWatch {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #handlers: SilenceHandlers;
  readonly #alarm: Alarm;
  /** Bytes received when the suspicion arose; undefined when there is none. */
  #bytes: number | undefined;
  /** Counts suspicions, so that the answer to an old PING clears no new one. */
  #round = 0;

  constructor(link: Link, clock: Clock, handlers: SilenceHandlers) {
    this.#link = link;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#alarm = new Alarm(clock, () => this.#conclude());
  }

  /** A command is overdue. One PING at a time, however many are. */
  suspect(): void {
    if (this.#bytes !== undefined || !this.#link.ready) return;
    this.#bytes = this.#link.bytesRead ?? 0;
    const round = ++this.#round;
    const sentAt = this.#clock.now();
    this.#alarm.by(sentAt + silenceMs);
    this.#link.ping().then(
      () => this.#answered(round, sentAt),
      // An error reply is an answer. A lost connection calls `clear()` first.
      () => this.#answered(round, sentAt),
    );
  }

  /** There is another connection now, or none. */
  clear(): void {
    this.#bytes = undefined;
    this.#round++;
    this.#alarm.stop();
  }

  #answered(round: number, sentAt: number): void {
    if (round !== this.#round) return;
    this.clear();
    this.#handlers.alive(this.#clock.now() - sentAt);
  }

  #conclude(): number {
    const { bytesRead } = this.#link;
    const silent = bytesRead === undefined || bytesRead === this.#bytes;
    this.clear();
    if (silent) this.#handlers.silent();
    return Number.POSITIVE_INFINITY;
  }
}
