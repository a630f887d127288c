import type { Clock } from "../../core/index.ts";
import type { CoherenceMode } from "../stats.ts";

type State =
  /** Nothing to keep in step: no Redis, or no memory. */
  | { readonly kind: "none" }
  /** Redis has told of every change since then. */
  | { readonly kind: "tracking"; readonly since: number }
  /** Redis does not tell; until `lostAt` it had, since `since`. */
  | { readonly kind: "untold"; readonly since: number; readonly lostAt: number };

/**
 * How far what is in memory can be trusted.
 *
 * While Redis tells of every change, an entry that was read after that began is right. Otherwise it
 * is trusted for `ttlMs` after it was last known to be right. When the word of changes comes back,
 * everything from before is checked first, because a change may have been missed in between.
 */
export class Coherence {
  readonly #clock: Clock;
  readonly #ttlMs: number;
  #state: State;
  #gaps = 0;
  #reason: string | null = null;

  /** @param ttlMs - Trust without word of changes; `undefined` when there is nothing to keep in step. */
  constructor(clock: Clock, ttlMs: number | undefined) {
    this.#clock = clock;
    this.#ttlMs = ttlMs ?? 0;
    this.#state =
      ttlMs === undefined
        ? { kind: "none" }
        : { kind: "untold", since: Number.POSITIVE_INFINITY, lostAt: clock.now() };
  }

  get mode(): CoherenceMode {
    return this.#state.kind === "untold" ? "ttl" : this.#state.kind;
  }

  get gaps(): number {
    return this.#gaps;
  }

  /** Why Redis does not tell of changes; null when it does, or was not asked yet. */
  get reason(): string | null {
    return this.#reason;
  }

  /** An entry counts as right now when it was verified at this time or later. */
  verifiedSince(now: number): number {
    const state = this.#state;
    switch (state.kind) {
      case "none":
        return Number.NEGATIVE_INFINITY;
      case "tracking":
        return state.since;
      case "untold": {
        const limit = now - this.#ttlMs;
        // What was right when the word of changes broke off is trusted for as long from then on.
        return limit < state.lostAt ? Math.min(limit, state.since) : limit;
      }
    }
  }

  /** From now on Redis tells of every change. */
  begin(): void {
    this.#reason = null;
    this.#state = { kind: "tracking", since: this.#clock.now() };
  }

  /** What was read up to now may have been wrong: it is checked before it counts as right. */
  distrust(): void {
    if (this.#state.kind === "tracking") this.begin();
  }

  /** Redis no longer tells, or cannot. */
  lose(reason: string): void {
    this.#reason = reason;
    if (this.#state.kind !== "tracking") return;
    this.#gaps++;
    this.#state = { kind: "untold", since: this.#state.since, lostAt: this.#clock.now() };
  }
}
