import type { BreakerChange, Observation } from "./observation.ts";

/**
 * From the injection to the breaker's first state that is not closed, in milliseconds. Null when
 * the variant reports no breaker, or it did not open while the fault lasted.
 */
export function detection({
  breaker,
  injectedAtMs,
  restoredAtMs,
}: Pick<Observation, "breaker" | "injectedAtMs" | "restoredAtMs">): number | null {
  if (stateAt(breaker, injectedAtMs) === "closed") {
    const opened = breaker.find(
      ({ atMs, state }) => atMs > injectedAtMs && atMs < restoredAtMs && state !== "closed",
    );
    return opened === undefined ? null : Math.round(opened.atMs - injectedAtMs);
  }
  return breaker.length === 0 ? null : 0;
}

/**
 * From the restoration until requests succeed, and go on doing so, and the breaker is closed again,
 * in milliseconds. Null when that was not so by the end of the window.
 */
export function recovery(observation: Observation): number | null {
  const { breaker, restoredAtMs } = observation;
  const servedAtMs = servedFrom(observation);
  const closedAtMs = closedFrom(breaker, restoredAtMs);
  if (servedAtMs === null || closedAtMs === null) return null;
  return Math.round(Math.max(0, servedAtMs - restoredAtMs, closedAtMs - restoredAtMs));
}

/** The intended start of the first request after the last one that failed. */
function servedFrom({ samples, restoredAtMs }: Observation): number | null {
  let lastFailedMs = Number.NEGATIVE_INFINITY;
  for (const { intendedMs, outcome } of samples) {
    if (outcome !== "ok") lastFailedMs = Math.max(lastFailedMs, intendedMs);
  }
  let servedMs: number | null = null;
  for (const { intendedMs } of samples) {
    if (intendedMs < restoredAtMs || intendedMs <= lastFailedMs) continue;
    servedMs = Math.min(servedMs ?? intendedMs, intendedMs);
  }
  // No request failed since the restoration: it was served all along.
  return servedMs !== null && lastFailedMs < restoredAtMs ? restoredAtMs : servedMs;
}

/** When the breaker closed for the last time; the restoration if it was closed by then. */
function closedFrom(breaker: readonly BreakerChange[], restoredAtMs: number): number | null {
  const last = breaker.at(-1);
  if (last === undefined) return restoredAtMs;
  return last.state === "closed" ? last.atMs : null;
}

function stateAt(breaker: readonly BreakerChange[], timeMs: number): string {
  return breaker.findLast(({ atMs }) => atMs <= timeMs)?.state ?? "closed";
}
