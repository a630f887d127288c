import { AsyncLocalStorage } from "node:async_hooks";
import { systemClock } from "./clock.ts";
import { validateValue } from "./options.ts";
import { durationMs } from "./rules.ts";

// Entered only by withDeadline: until then getStore() costs a few nanoseconds, afterwards the
// process pays 2 to 5 % of throughput for async context tracking.
const storage = new AsyncLocalStorage<number>();

/**
 * Runs `fn` with a time budget that everything Holdfast does inside it shares. A nested budget can
 * only shrink the outer one.
 *
 * @param ms - The budget in milliseconds, from now.
 * @throws HoldfastError `HOLDFAST_OPTIONS` when `ms` is not a positive number.
 */
export function withDeadline<T>(ms: number, fn: () => T): T {
  validateValue("withDeadline", "ms", ms, durationMs({ min: 1 }));
  return storage.run(Math.min(currentDeadline(), systemClock.now() + ms), fn);
}

/** The absolute end of the budget in force, on the system clock; `Infinity` when there is none. */
export function currentDeadline(): number {
  return storage.getStore() ?? Number.POSITIVE_INFINITY;
}
