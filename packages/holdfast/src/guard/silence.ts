import type { Link } from "../clients/index.ts";
import type { Clock, Timer } from "../core/index.ts";
import { Alarm } from "./alarm.ts";
import { holdGraceMs, silenceMs } from "./defaults.ts";

/** What came of a suspicion. */
export interface SilenceHandlers {
  /** Not a byte came: the connection is dead or the server stands still. */
  silent(): void;
  /** Bytes came and made no reply, for `replylessMs`: the client waits for an end that never comes. */
  replyless(): void;
  /** The server answered, after so many milliseconds: it is slow, not silent. */
  alive(afterMs: number): void;
}

export interface SilenceParts {
  readonly link: Link;
  readonly clock: Clock;
  readonly handlers: SilenceHandlers;
  /** Whether a blocking command keeps the connection, so that not even a PING can be answered. */
  readonly isBlocked: () => boolean;
  /** Commands that were answered so far; only differences mean anything. */
  readonly replies: () => number;
  /** How long bytes alone count as a sign of life. */
  readonly replylessMs: number;
  /** The pause after which a connection that says nothing is asked for a sign of life. */
  readonly heartbeatMs: number;
  /** What a connection of its own has to be made and answered. */
  readonly apartMs: number;
}

/**
 * Tells a server that says nothing from one that is slow or has nothing to say. An overdue command
 * alone cannot: so the guard sends its own PING after it on the same connection, and watches the
 * bytes. Anything that arrives, be it a part of a large reply, clears the connection, for as long as
 * replies come of it: behind a corrupted length every PONG is taken for a part of a reply. The same is
 * done from time to time where nothing arrives at all: a subscriber sends no commands that could be
 * overdue.
 *
 * Behind a blocking command a PING has no answer. There the server is asked on a connection of its
 * own; that the first connection died alone is then for TCP keepalive to find.
 */
export class SilenceWatch {
  readonly #parts: SilenceParts;
  readonly #alarm: Alarm;
  /** Rings when a PING has been on the connection for long, whatever arrived meanwhile. */
  readonly #patience: Alarm;
  /** Replies when patience began; undefined when no PING is unanswered. */
  #replies: number | undefined;
  /** Bytes received when the suspicion arose; undefined when there is none. */
  #bytes: number | undefined;
  /** Counts suspicions, so that the answer to an old PING clears no new one. */
  #round = 0;
  #beat: Timer | undefined;
  #bytesAtBeat: number | undefined;

  constructor(parts: SilenceParts) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.clock, (now, held) => this.#conclude(now, held));
    this.#patience = new Alarm(parts.clock, (now, held) => this.#outOfPatience(now, held));
  }

  /** There is a connection: its silences are looked into from now on. */
  start(): void {
    this.stop();
    this.#bytesAtBeat = this.#parts.link.bytesRead;
    this.#scheduleBeat();
  }

  /** There is none, or nobody cares any more. */
  stop(): void {
    this.#clear();
    this.#endPatience();
    this.#parts.clock.cancel(this.#beat);
    this.#beat = undefined;
  }

  /** A command is overdue. One question at a time, however many are. */
  suspect(): void {
    this.#ask(silenceMs);
  }

  #scheduleBeat(): void {
    const { clock, heartbeatMs } = this.#parts;
    this.#beat = clock.schedule(() => this.#onBeat(), heartbeatMs);
  }

  #onBeat(): void {
    const { bytesRead } = this.#parts.link;
    const quiet = bytesRead === undefined || bytesRead === this.#bytesAtBeat;
    this.#bytesAtBeat = bytesRead;
    this.#scheduleBeat();
    // Nobody waits for a reply here, so a server that is merely busy may take its time.
    if (quiet) this.#ask(this.#parts.heartbeatMs);
  }

  #ask(withinMs: number): void {
    const { link, clock, isBlocked, apartMs } = this.#parts;
    if (this.#bytes !== undefined || !link.ready) return;
    this.#bytes = link.bytesRead ?? 0;
    const round = ++this.#round;
    const sentAt = clock.now();
    const apart = isBlocked();
    // An apart question that failed is over, and says that nothing came.
    this.#alarm.by(sentAt + (apart ? apartMs : withinMs));
    const answered = () => this.#answered(round, sentAt);
    if (apart) {
      link.probeApart(apartMs).then(answered, () => {});
      return;
    }
    this.#beginPatience(sentAt);
    // An error reply is an answer too, and the loss of the connection stops the watch first.
    const ponged = () => {
      this.#endPatience();
      answered();
    };
    link.ping().then(ponged, ponged);
  }

  /** Counted from the first PING that has no answer: later ones wait behind it. */
  #beginPatience(now: number): void {
    this.#replies ??= this.#parts.replies();
    this.#patience.by(now + this.#parts.replylessMs);
  }

  #endPatience(): void {
    this.#replies = undefined;
    this.#patience.stop();
  }

  #clear(): void {
    this.#bytes = undefined;
    this.#round++;
    this.#alarm.stop();
  }

  #answered(round: number, sentAt: number): void {
    if (round !== this.#round) return;
    this.#clear();
    this.#parts.handlers.alive(this.#parts.clock.now() - sentAt);
  }

  #conclude(now: number, held: boolean): number {
    if (held) return now + holdGraceMs;
    const { bytesRead } = this.#parts.link;
    const silent = bytesRead === undefined || bytesRead === this.#bytes;
    this.#clear();
    if (silent) this.#parts.handlers.silent();
    return Number.POSITIVE_INFINITY;
  }

  /** Replies that came before the PONG, each of them large perhaps, are worth the wait. */
  #outOfPatience(now: number, held: boolean): number {
    if (held) return now + holdGraceMs;
    const replies = this.#parts.replies();
    if (replies !== this.#replies) {
      this.#replies = replies;
      return now + this.#parts.replylessMs;
    }
    this.#endPatience();
    this.#parts.handlers.replyless();
    return Number.POSITIVE_INFINITY;
  }
}
