import { describe, expect, it } from "vitest";
import type { FaultTimeline, TimelineBucket } from "../../result.ts";
import { mergeBuckets } from "./merge-buckets.ts";

function timelineOf(
  buckets: readonly TimelineBucket[],
  durationMs: number = buckets.length * 100,
): FaultTimeline {
  return { durationMs, fault: { fromMs: 0, toMs: 0 }, bucketMs: 100, buckets, breaker: [] };
}

function bucketsOf(length: number, bucket: (at: number) => Partial<TimelineBucket> = () => ({})) {
  return Array.from({ length }, (_, at) => ({
    succeeded: 20,
    failed: 0,
    p50Ms: 2,
    p99Ms: 8,
    ...bucket(at),
  }));
}

describe("mergeBuckets", () => {
  it("leaves as many buckets alone as a plot can show, and merges one more", () => {
    expect(mergeBuckets(timelineOf(bucketsOf(72)))).toMatchObject({ stepMs: 100 });
    const merged = mergeBuckets(timelineOf(bucketsOf(73)));
    expect(merged.stepMs).toBe(200);
    expect(merged.points).toHaveLength(37);
  });

  it("never makes more points than a plot can show", () => {
    for (const length of [0, 1, 170, 1000, 7201]) {
      expect(mergeBuckets(timelineOf(bucketsOf(length))).points.length).toBeLessThanOrEqual(72);
    }
  });

  it("keeps rates exact and every latency peak", () => {
    const buckets = bucketsOf(144, (at) => (at === 1 ? { failed: 4, p99Ms: 1000, p50Ms: 3 } : {}));
    expect(mergeBuckets(timelineOf(buckets)).points.slice(0, 2)).toEqual([
      { succeededPerSecond: 200, failedPerSecond: 20, p50Ms: 3, p99Ms: 1000 },
      { succeededPerSecond: 200, failedPerSecond: 0, p50Ms: 2, p99Ms: 8 },
    ]);
  });

  it("takes the last bucket for as long as it was", () => {
    const buckets = bucketsOf(3, (at) => (at === 2 ? { succeeded: 5 } : {}));
    const { points } = mergeBuckets(timelineOf(buckets, 225));
    expect(points.at(-1)?.succeededPerSecond).toBe(200);
  });

  it("has no latency where there was no request, and passes over such a bucket in a merged one", () => {
    const empty = { succeeded: 0, p50Ms: null, p99Ms: null };
    expect(mergeBuckets(timelineOf(bucketsOf(1, () => empty))).points).toEqual([
      { succeededPerSecond: 0, failedPerSecond: 0, p50Ms: null, p99Ms: null },
    ]);
    const [first] = mergeBuckets(
      timelineOf(bucketsOf(144, (at) => (at === 0 ? empty : {}))),
    ).points;
    expect(first).toMatchObject({ succeededPerSecond: 100, p50Ms: 2, p99Ms: 8 });
  });
});
