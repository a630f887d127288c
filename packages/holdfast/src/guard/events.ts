import type { BreakerState } from "../core/index.ts";

/** What a guard tells its listeners. Never a key or a value. */
export interface GuardEvents {
  /** The breaker of a node changed. */
  readonly state: {
    readonly node: string;
    readonly from: BreakerState;
    readonly to: BreakerState;
    /** What opened it, while it is not closed. */
    readonly cause: unknown;
  };
  /** An attempt failed, and another follows after `waitMs`. */
  readonly retry: {
    readonly node: string;
    readonly command: string;
    readonly error: unknown;
    /** The attempt that failed; the first is 1. */
    readonly attempt: number;
    readonly waitMs: number;
  };
  /** An attempt failed: the client's error, or none in time. */
  readonly failure: {
    readonly node: string;
    readonly error: unknown;
    readonly symptom: string | undefined;
  };
  /** Connected, handshake and all. */
  readonly connect: { readonly node: string };
  readonly disconnect: { readonly node: string; readonly error: unknown };
  /** A silent connection is replaced. */
  readonly recycle: { readonly node: string; readonly error: unknown };
  /** Published messages may have been missed between `disconnect` and now. */
  readonly gap: { readonly node: string; readonly durationMs: number };
}

export type GuardEvent = keyof GuardEvents;

type Listener = (event: never) => void;

/** Listeners of a guard. What they throw changes no result: it becomes a warning, once. */
export class GuardListeners {
  readonly #listeners: Map<GuardEvent, Set<Listener>> = new Map();
  readonly #warn: (event: GuardEvent, error: unknown) => void;

  constructor(warn: (event: GuardEvent, error: unknown) => void) {
    this.#warn = warn;
  }

  /** @returns What takes the listener out again. */
  on<Event extends GuardEvent>(
    event: Event,
    listener: (event: GuardEvents[Event]) => void,
  ): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  has(event: GuardEvent): boolean {
    return (this.#listeners.get(event)?.size ?? 0) > 0;
  }

  emit<Event extends GuardEvent>(event: Event, message: GuardEvents[Event]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        (listener as (message: GuardEvents[Event]) => void)(message);
      } catch (error) {
        this.#warn(event, error);
      }
    }
  }
}
