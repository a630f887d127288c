import type { Observation } from "./observation.ts";
import { ascending, percentile } from "./percentile.ts";
import { availability, baselineSamples, settledSamples } from "./windows.ts";

/** When the generator itself is later than this at its p99, its numbers say nothing. */
export const lagP99MaxMs = 10;

/** An API that fails more than this before the fault was not in order to begin with. */
export const baselineAvailabilityMin = 0.99;

/** Why a row's numbers do not count; null when they do. */
export function invalidReason(observation: Observation, lagMaxMs: number): string | null {
  const { restored, usesProxy, verification } = observation;
  const samples = settledSamples(observation);
  if (!verification.injected) return `the fault was not seen: ${verification.observed}`;
  const lagMs = percentile(ascending(samples.map((sample) => sample.lagMs)), 0.99);
  if (lagMs > lagMaxMs) {
    return `the load generator lagged ${lagMs.toFixed(1)} ms at its p99 (at most ${lagMaxMs} ms): the machine is too busy, lower --rate`;
  }
  const overflow = samples.filter(({ outcome }) => outcome === "overflow").length;
  if (overflow > 0) return `${overflow} requests were not sent: too many were in flight`;
  const baseline = baselineSamples(observation);
  if (baseline.length === 0) return "no request was answered before the fault";
  const before = availability(baseline);
  if (before < baselineAvailabilityMin) {
    return `the API failed ${((1 - before) * 100).toFixed(1)} % of the requests before the fault`;
  }
  if (!usesProxy) return "no Redis connection of the API went through the drill's proxy";
  if (!restored) return "Redis did not answer through the proxy after the restoration";
  return null;
}
