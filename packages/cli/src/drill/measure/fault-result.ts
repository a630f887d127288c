import type { Fault } from "../faults/fault.ts";
import type { FaultResult } from "../result.ts";
import { breachesOf } from "./bars.ts";
import type { Observation } from "./observation.ts";
import { detection, recovery } from "./recovery.ts";
import { timelineOf } from "./timeline.ts";
import { invalidReason } from "./validity.ts";
import { availability, baselineSamples, faultSamples, latencies } from "./windows.ts";

export interface JudgeOptions {
  readonly judged: boolean;
  readonly reportsBreaker: boolean;
  /** The generator's lag at its p99, in milliseconds, above which a row is invalid. */
  readonly lagMaxMs: number;
}

type FaultName = Pick<Fault, "id" | "title" | "standsFor">;

/** Makes a row of what was seen. */
export function faultResult(
  fault: FaultName & Pick<Fault, "stopsReplies">,
  observation: Observation,
  { judged, reportsBreaker, lagMaxMs }: JudgeOptions,
): FaultResult {
  const reason = invalidReason(observation, lagMaxMs);
  const inFault = faultSamples(observation);
  const { p50Ms, p99Ms } = latencies(baselineSamples(observation));
  const row = {
    ...named(fault),
    observed: observation.verification.observed,
    status: reason === null ? ("ok" as const) : ("invalid" as const),
    reason,
    baseline: { p50Ms, p99Ms },
    requests: inFault.length,
    availability: availability(inFault),
    ...latencies(inFault),
    detectMs: detection(observation),
    recoverMs: recovery(observation),
    primary: observation.primary ?? noPrimary,
    invariants: { ...notCounted, crossed: crossedIn(observation) },
    ...(observation.restarts > 0 && { restarts: observation.restarts }),
    timeline: timelineOf(observation),
  };
  const { stopsReplies } = fault;
  // Numbers that do not count breach nothing.
  const counts = judged && reason === null;
  return { ...row, breaches: counts ? breachesOf(row, { stopsReplies, reportsBreaker }) : [] };
}

/** The row of a fault that cannot be done here. */
export function skippedResult(fault: FaultName, reason: string): FaultResult {
  return {
    ...named(fault),
    observed: null,
    status: "skipped",
    reason,
    baseline: { p50Ms: 0, p99Ms: 0 },
    requests: 0,
    availability: 0,
    p50Ms: 0,
    p99Ms: 0,
    p999Ms: 0,
    detectMs: null,
    recoverMs: null,
    primary: noPrimary,
    invariants: notCounted,
    breaches: [],
    timeline: {
      durationMs: 0,
      fault: { fromMs: 0, toMs: 0 },
      bucketMs: 0,
      buckets: [],
      breaker: [],
    },
  };
}

/** A limit of 0: no primary was watched. */
const noPrimary = { limit: 0, peak: 0, refused: 0 } as const;

/** The load reads only: nothing can be lost, duplicated or stale that it could count. */
const notCounted = { lost: null, duplicated: null, crossed: null, stale: null } as const;

function named({ id, title, standsFor }: FaultName): FaultName {
  return { id, title, standsFor };
}

function crossedIn({ comparesBodies, samples }: Observation): number | null {
  if (!comparesBodies) return null;
  return samples.filter(({ outcome }) => outcome === "crossed").length;
}
