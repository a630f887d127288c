import type { FaultResult, FaultTimeline, TimelineBucket } from "../../src/drill/result.ts";

/** How a variant behaves while a fault is in place. */
export interface Behaviour {
  /** The share of requests that it answers. */
  readonly answered: number;
  /** p99 in the fault. */
  readonly slowMs: number;
  /** Absent where its breaker does not open, or it has none. */
  readonly detectMs?: number;
  /** Null when it does not recover in the window. */
  readonly recoverMs?: number | null;
  /** How long it goes on failing after the restoration. */
  readonly lingerMs?: number;
}

export const quickBaseline: FaultResult["baseline"] = { p50Ms: 1.9, p99Ms: 7.8 };

const warmUpMs = 4000;
const faultMs = 6000;
const durationMs = 17_000;
const bucketMs = 250;
const requestsPerBucket = 50;
const deadlineMs = 1000;

type Simulated = Pick<
  FaultResult,
  | "requests"
  | "availability"
  | "p50Ms"
  | "p99Ms"
  | "p999Ms"
  | "detectMs"
  | "recoverMs"
  | "primary"
  | "invariants"
  | "timeline"
>;

export function simulate(behaviour: Behaviour, hasBreaker: boolean, seed: number): Simulated {
  const random = seededRandom(seed);
  const buckets = Array.from({ length: durationMs / bucketMs }, (_, at) =>
    bucket(behaviour, at * bucketMs, random),
  );
  const inFault = buckets.slice(warmUpMs / bucketMs, (warmUpMs + faultMs) / bucketMs);
  const requests = inFault.length * requestsPerBucket;
  const succeeded = inFault.reduce((sum, each) => sum + each.succeeded, 0);
  return {
    requests,
    availability: succeeded / requests,
    p50Ms: median(inFault.map((each) => each.p50Ms ?? 0)),
    p99Ms: Math.max(...inFault.map((each) => each.p99Ms ?? 0)),
    p999Ms: Math.max(...inFault.map((each) => each.p99Ms ?? 0)) * 1.1,
    detectMs: behaviour.detectMs ?? null,
    recoverMs: behaviour.recoverMs === undefined ? 700 : behaviour.recoverMs,
    primary: {
      limit: 8,
      peak: behaviour.answered < 1 ? 8 : 5,
      refused: behaviour.answered < 0.9 && behaviour.answered > 0 ? 214 : 0,
    },
    invariants: { lost: null, duplicated: null, crossed: 0, stale: null },
    timeline: {
      durationMs,
      fault: { fromMs: warmUpMs, toMs: warmUpMs + faultMs },
      bucketMs,
      buckets,
      breaker: hasBreaker ? breaker(behaviour) : [],
    },
  };
}

function bucket(behaviour: Behaviour, atMs: number, random: () => number): TimelineBucket {
  const restoredMs = warmUpMs + faultMs;
  const lingerMs = behaviour.lingerMs ?? (behaviour.answered < 0.3 ? 400 : 0);
  const failing = atMs >= warmUpMs && atMs < restoredMs + lingerMs;
  const noise = 0.8 + random() * 0.5;
  if (!failing) {
    return {
      succeeded: requestsPerBucket,
      failed: 0,
      p50Ms: quickBaseline.p50Ms * noise,
      p99Ms: quickBaseline.p99Ms * (0.75 + random() * 0.6),
    };
  }
  const share =
    behaviour.answered === 0 || behaviour.answered === 1
      ? behaviour.answered
      : Math.min(1, Math.max(0, behaviour.answered + (random() - 0.5) * 0.3));
  const succeeded = Math.round(requestsPerBucket * share);
  return {
    succeeded,
    failed: requestsPerBucket - succeeded,
    p50Ms: share < 0.5 ? deadlineMs : behaviour.slowMs * 0.42 * noise,
    p99Ms: succeeded < requestsPerBucket ? deadlineMs : Math.min(950, behaviour.slowMs * noise),
  };
}

function breaker(behaviour: Behaviour): FaultTimeline["breaker"] {
  const closed = { atMs: 0, state: "closed" };
  if (behaviour.detectMs === undefined) return [closed];
  const opened = { atMs: warmUpMs + behaviour.detectMs, state: "open" };
  const probes =
    behaviour.detectMs < 300
      ? [1500, 3500].flatMap((afterMs) => [
          { atMs: warmUpMs + afterMs, state: "half-open" },
          { atMs: warmUpMs + afterMs + 200, state: "open" },
        ])
      : [];
  const { recoverMs } = behaviour;
  if (recoverMs === null || recoverMs === undefined) return [closed, opened, ...probes];
  const closedMs = warmUpMs + faultMs + recoverMs;
  return [
    closed,
    opened,
    ...probes,
    { atMs: closedMs - 150, state: "half-open" },
    { atMs: closedMs, state: "closed" },
  ];
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** A linear congruential generator: enough for a picture, and the same on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
