import { setTimeout as sleep } from "node:timers/promises";
import { epochNow } from "./load/plan.ts";

/** Waits until a wall-clock time, in milliseconds since the epoch; rejects when aborted. */
export async function sleepUntil(epochMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const leftMs = epochMs - epochNow();
  if (leftMs > 0) await sleep(leftMs, undefined, { signal });
}

/** Waits for the work, but rejects as soon as the signal is aborted. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
