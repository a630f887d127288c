import { epochNow } from "../load/plan.ts";

/** A breaker's state as the variant told it. */
export interface BreakerEntry {
  /** Wall-clock time in milliseconds since the epoch, by the variant's own clock. */
  readonly at: number;
  readonly state: string;
}

const states: readonly unknown[] = ["closed", "open", "half-open", "isolated"];

/** A breaker that flaps for ever must not fill the memory of the drill. */
const entriesMax = 10_000;

/** What a variant's process tells of its breaker over IPC, in order. */
export class BreakerLog {
  #entries: BreakerEntry[] = [];
  #reports = false;

  get entries(): readonly BreakerEntry[] {
    return this.#entries;
  }

  /** Whether the variant has told its breaker's state at any time of the drill. */
  get reports(): boolean {
    return this.#reports;
  }

  /** Takes `{ type: "breaker", state, at }`; whatever else a variant sends is not for the drill. */
  accept(message: unknown): void {
    if (typeof message !== "object" || message === null) return;
    const { type, state, at } = message as Record<string, unknown>;
    if (type !== "breaker" || !states.includes(state) || !Number.isFinite(at)) return;
    this.#reports = true;
    if (this.#entries.length < entriesMax) {
      this.#entries.push({ at: at as number, state: state as string });
    }
  }

  /** A new process begins with a closed breaker, whatever the last one's was. */
  processStarted(): void {
    const last = this.#entries.at(-1);
    if (last !== undefined && last.state !== "closed" && this.#entries.length < entriesMax) {
      this.#entries.push({ at: epochNow(), state: "closed" });
    }
  }

  /** Forgets all but the present state. */
  forget(): void {
    this.#entries = this.#entries.slice(-1);
  }
}
