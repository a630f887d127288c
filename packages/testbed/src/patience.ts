import { type Clock, systemClock } from "./clock.ts";

// One turn of the event loop that takes long uses up one part, however long it takes.
const PARTS = 5;

/**
 * Calls `onOver` when the time is over, and no sooner than after five turns of the event loop spread
 * over it. A single timer would fire first after a stall of this process's own, before the replies
 * that have come in the meantime are read: a busy machine would pass for a silent server.
 *
 * @returns What ends the waiting.
 */
export function waitPatiently(
  timeoutMs: number,
  onOver: () => void,
  clock: Clock = systemClock,
): () => void {
  let left = PARTS;
  const next = (): (() => void) =>
    clock.schedule(() => {
      left -= 1;
      if (left === 0) onOver();
      else cancel = next();
    }, timeoutMs / PARTS);
  let cancel = next();
  return () => cancel();
}
