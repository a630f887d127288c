import type { Clock } from "../clock.ts";
import { requireNumber } from "../options.ts";

export interface FlapOptions {
  /** How long the port listens each time, in milliseconds, 1 to 600000. */
  readonly upMs: number;
  /** How long it refuses, in milliseconds, 1 to 600000. */
  readonly downMs: number;
}

/** Calls `down` now and then `up` and `down` by turns. Returns what stops it, in either state. */
export function startFlapping(
  options: FlapOptions,
  clock: Clock,
  down: () => void,
  up: () => void,
): () => void {
  requireNumber("upMs", options.upMs, 1, 600_000);
  requireNumber("downMs", options.downMs, 1, 600_000);
  let cancel = (): void => {};
  const goDown = (): void => {
    cancel = clock.schedule(goUp, options.downMs);
    down();
  };
  const goUp = (): void => {
    cancel = clock.schedule(goDown, options.upMs);
    up();
  };
  goDown();
  return () => cancel();
}
