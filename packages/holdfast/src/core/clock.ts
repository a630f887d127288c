import { performance } from "node:perf_hooks";

/** A pending timer of a {@link Clock}. Opaque. */
export type Timer = unknown;

/** Time as Holdfast reads it. Injected, so that tests run on a clock of their own. */
export interface Clock {
  /** Monotonic time in milliseconds; only differences mean anything. */
  now(): number;
  /** Calls `callback` once after `delayMs`. The timer never keeps the process alive. */
  schedule(callback: () => void, delayMs: number): Timer;
  cancel(timer: Timer): void;
}

/** The process's own monotonic clock. `performance` is imported: the global one is a getter, which costs as much as the time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
  cancel: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
