import type { FaultTimeline, TimelineBucket } from "../../result.ts";

/** More points than this are a blur at the width that a plot has. */
const pointsMax = 72;

export interface MergedBuckets {
  readonly stepMs: number;
  readonly points: readonly Point[];
}

export interface Point {
  readonly succeededPerSecond: number;
  readonly failedPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/**
 * As few neighbouring buckets as possible in one point, so that a plot shows an outage and not the
 * load's own noise. Rates stay exact, p99 is the highest of the merged ones, so that no peak is
 * hidden, and p50 is the middle one.
 */
export function mergeBuckets(timeline: FaultTimeline): MergedBuckets {
  const { bucketMs, buckets, durationMs } = timeline;
  const together = Math.max(1, Math.ceil(buckets.length / pointsMax));
  const stepMs = bucketMs * together;
  const points = Array.from({ length: Math.ceil(buckets.length / together) }, (_, at) => {
    const merged = buckets.slice(at * together, (at + 1) * together);
    // The last bucket ends with the timeline: taken for a whole one it would show a drop.
    const lengthMs = Math.min(merged.length * bucketMs, durationMs - at * stepMs);
    return toPoint(merged, Math.max(1, lengthMs) / 1000);
  });
  return { stepMs, points };
}

function toPoint(buckets: readonly TimelineBucket[], seconds: number): Point {
  const p50s = numbersOf(buckets.map((bucket) => bucket.p50Ms));
  const p99s = numbersOf(buckets.map((bucket) => bucket.p99Ms));
  return {
    succeededPerSecond: sum(buckets.map((bucket) => bucket.succeeded)) / seconds,
    failedPerSecond: sum(buckets.map((bucket) => bucket.failed)) / seconds,
    p50Ms: p50s[Math.floor(p50s.length / 2)] ?? null,
    p99Ms: p99s.at(-1) ?? null,
  };
}

/** In ascending order. */
function numbersOf(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null).sort((one, other) => one - other);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
