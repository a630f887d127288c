import type { BreakerChange } from "../measure/observation.ts";
import type { BreakerEntry } from "../variants/breaker-log.ts";

/**
 * Puts a breaker's reports on the schedule's time scale. What it was before the warm-up becomes its
 * state at 0; what came after the end is left out.
 */
export function breakerHistory(
  entries: readonly BreakerEntry[],
  toMs: (epochMs: number) => number,
  endMs: number,
): BreakerChange[] {
  const changes: BreakerChange[] = [];
  for (const { at, state } of entries) {
    const atMs = Math.max(0, toMs(at));
    if (atMs > endMs) break;
    if (atMs === 0) changes.length = 0;
    if (changes.at(-1)?.state !== state) changes.push({ atMs, state });
  }
  return changes;
}
