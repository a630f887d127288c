import type { Sample } from "../load/sample.ts";
import type { Observation } from "./observation.ts";
import { ascending, percentile, rounded } from "./percentile.ts";

/** The first part of the warm-up fills caches and compiles code: it counts for nothing. */
const settlingShare = 0.5;

/** All that counts: what was sent since the warm-up had settled. */
export function settledSamples({ samples, injectedAtMs }: Observation): Sample[] {
  const fromMs = injectedAtMs * settlingShare;
  return samples.filter(({ intendedMs }) => intendedMs >= fromMs);
}

/** Requests of the settled warm-up that ended before the injection. */
export function baselineSamples(observation: Observation): Sample[] {
  return settledSamples(observation).filter(({ endedMs }) => endedMs < observation.injectedAtMs);
}

/** Requests that were in flight when the fault began, or began before it was over. */
export function faultSamples({ samples, injectedAtMs, restoredAtMs }: Observation): Sample[] {
  return samples.filter(
    ({ intendedMs, endedMs }) => intendedMs < restoredAtMs && endedMs >= injectedAtMs,
  );
}

export interface LatencySummary {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

/** Latency percentiles; failed requests count at their deadline. Zeros for no samples. */
export function latencies(samples: readonly Sample[]): LatencySummary {
  const sorted = ascending(samples.map(({ latencyMs }) => latencyMs));
  const at = (fraction: number): number =>
    sorted.length === 0 ? 0 : rounded(percentile(sorted, fraction));
  return { p50Ms: at(0.5), p99Ms: at(0.99), p999Ms: at(0.999) };
}

/** The fraction that succeeded; 0 for no samples: nobody was served. */
export function availability(samples: readonly Sample[]): number {
  if (samples.length === 0) return 0;
  return samples.filter(({ outcome }) => outcome === "ok").length / samples.length;
}
