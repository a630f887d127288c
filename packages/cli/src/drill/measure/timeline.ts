import type { Sample } from "../load/sample.ts";
import type { FaultTimeline, TimelineBucket } from "../result.ts";
import type { Observation } from "./observation.ts";
import { ascending, percentile, rounded } from "./percentile.ts";

/** Fine enough to see a detection of 300 ms, with some 20 requests in each at the default rate. */
const bucketMs = 100;

export function timelineOf(observation: Observation): FaultTimeline {
  const { breaker, endMs, injectedAtMs, restoredAtMs, samples } = observation;
  const byBucket: Sample[][] = Array.from({ length: Math.ceil(endMs / bucketMs) }, () => []);
  for (const sample of samples) byBucket[Math.floor(sample.intendedMs / bucketMs)]?.push(sample);
  return {
    durationMs: Math.round(endMs),
    fault: { fromMs: Math.round(injectedAtMs), toMs: Math.round(restoredAtMs) },
    bucketMs,
    buckets: byBucket.map(bucketOf),
    breaker: breaker.map(({ atMs, state }) => ({ atMs: Math.round(atMs), state })),
  };
}

function bucketOf(samples: readonly Sample[]): TimelineBucket {
  const succeeded = samples.filter(({ outcome }) => outcome === "ok").length;
  const sorted = ascending(samples.map(({ latencyMs }) => latencyMs));
  const at = (fraction: number): number | null =>
    samples.length === 0 ? null : rounded(percentile(sorted, fraction));
  return { succeeded, failed: samples.length - succeeded, p50Ms: at(0.5), p99Ms: at(0.99) };
}
