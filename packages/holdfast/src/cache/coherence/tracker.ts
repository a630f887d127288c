import type { Clock, Random, Timer } from "../../core/index.ts";
import type { OpenTracking, TrackingSession } from "./session.ts";

/** Times of a tracker, in milliseconds. */
export const trackerTimes: {
  /** Between two looks whether the connection is alive: a silent one is noticed after two of them. */
  readonly heartbeatMs: number;
  /** For a connection to stand. */
  readonly openMs: number;
  /** Between two attempts to connect: the first pause, which doubles, and the longest. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** Until the next attempt when the server does not allow tracking. */
  readonly refusedMs: number;
} = { heartbeatMs: 1_000, openMs: 1_000, retryMs: 250, retryMaxMs: 2_000, refusedMs: 30_000 };

export interface TrackerParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly open: OpenTracking;
  readonly prefixes: readonly string[];
  readonly onBegin: () => void;
  readonly onKeys: (keys: readonly string[] | null) => void;
  readonly onLost: (reason: string) => void;
}

/**
 * Keeps a tracking session open: opens it, watches that it is alive, and opens another when it has
 * broken. Whatever happens in between is a gap, and is said to be one.
 */
export class Tracker {
  readonly #parts: TrackerParts;
  #session: TrackingSession | undefined;
  /** Moves on with every session, so that the word of an old one is not taken for the present's. */
  #generation = 0;
  #failures = 0;
  #timer: Timer | undefined;
  #isOpening = false;
  #closed = false;

  constructor(parts: TrackerParts) {
    this.#parts = parts;
  }

  /** Whether Redis may be telling of changes already: a session stands or is being opened. */
  get mayTell(): boolean {
    return this.#isOpening || this.#session !== undefined;
  }

  /** Opens a session now, unless there is one: at the start, and when Redis seems to be back. */
  connect(): void {
    if (this.#closed || this.mayTell) return;
    this.#cancelTimer();
    this.#isOpening = true;
    void this.#open(++this.#generation);
  }

  close(): void {
    this.#closed = true;
    this.#generation++;
    this.#cancelTimer();
    this.#session?.close();
    this.#session = undefined;
  }

  async #open(generation: number): Promise<void> {
    const { open, prefixes, onKeys, onBegin } = this.#parts;
    const isCurrent = (): boolean => generation === this.#generation;
    let isBroken = false;
    try {
      const session = await this.#inTime(
        open({
          prefixes,
          timeoutMs: trackerTimes.openMs,
          onKeys: (keys) => {
            if (isCurrent()) onKeys(keys);
          },
          onLost: () => {
            isBroken = true;
            // While it is being opened, what `open` rejects with says more.
            if (isCurrent() && this.#session !== undefined) this.#lost("the connection broke");
          },
        }),
        trackerTimes.openMs,
        (late) => late.close(),
      );
      if (!isCurrent()) {
        session.close();
        return;
      }
      if (isBroken) throw new Error("the connection broke");
      this.#session = session;
      this.#isOpening = false;
      this.#failures = 0;
      onBegin();
      this.#beat(generation);
    } catch (error) {
      if (isCurrent()) this.#lost(reasonOf(error), isRefusal(error));
    }
  }

  /** Looks at intervals whether the session is alive: a dead connection may say nothing at all. */
  #beat(generation: number): void {
    const { clock } = this.#parts;
    this.#timer = clock.schedule(async () => {
      const session = this.#session;
      if (session === undefined) return;
      try {
        await this.#inTime(session.ping(), trackerTimes.heartbeatMs);
        if (generation === this.#generation) this.#beat(generation);
      } catch {
        if (generation === this.#generation) this.#lost("the connection does not answer");
      }
    }, trackerTimes.heartbeatMs);
  }

  #lost(reason: string, isRefused = false): void {
    const { clock, random, onLost } = this.#parts;
    this.#generation++;
    this.#cancelTimer();
    this.#session?.close();
    this.#session = undefined;
    this.#isOpening = false;
    onLost(reason);
    const { retryMs, retryMaxMs, refusedMs } = trackerTimes;
    const ceiling = isRefused ? refusedMs : Math.min(retryMaxMs, retryMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    this.#timer = clock.schedule(() => this.connect(), ceiling * (0.5 + random() / 2));
  }

  #inTime<T>(work: Promise<T>, ms: number, onLate?: (result: T) => void): Promise<T> {
    const { clock } = this.#parts;
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = clock.schedule(() => {
        isLate = true;
        reject(new Error(`no answer within ${ms} ms`));
      }, ms);
      work.then(
        (result) => {
          clock.cancel(timer);
          if (isLate) onLate?.(result);
          resolve(result);
        },
        (error: unknown) => {
          clock.cancel(timer);
          reject(error);
        },
      );
    });
  }

  #cancelTimer(): void {
    if (this.#timer !== undefined) this.#parts.clock.cancel(this.#timer);
    this.#timer = undefined;
  }
}

/** Replies that say that this server, or this user on it, may not track. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof Error && /^(NOPERM|ERR (unknown|syntax|Unknown|DISABLED))/.test(error.message)
  );
}

function reasonOf(error: unknown): string {
  if (isRefusal(error)) return "the server refuses CLIENT TRACKING";
  return "no connection for tracking could be made";
}
