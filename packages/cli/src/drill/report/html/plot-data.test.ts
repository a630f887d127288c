import { describe, expect, it } from "vitest";
import {
  drillFixture,
  emptyFixture,
  failedFixture,
  withFault,
} from "../../../../test/report/fixture.ts";
import type { DrillResult, FaultTimeline } from "../../result.ts";
import { toPageData } from "./plot-data.ts";

const timeline: FaultTimeline = {
  durationMs: 2000,
  fault: { fromMs: 500, toMs: 1500 },
  bucketMs: 500,
  buckets: [
    { succeeded: 10, failed: 0, p50Ms: 2, p99Ms: 8 },
    { succeeded: 2, failed: 8, p50Ms: 0, p99Ms: 1000 },
    { succeeded: 0, failed: 0, p50Ms: null, p99Ms: null },
    { succeeded: 30, failed: 10, p50Ms: 3, p99Ms: 40 },
  ],
  breaker: [
    { atMs: 700, state: "open" },
    { atMs: 1600, state: "closed" },
  ],
};

/** One fault of one variant, drawn from `timeline` with the changes given. */
function single(change: Partial<FaultTimeline> = {}): DrillResult {
  const whole = drillFixture();
  const variant = whole.variants[0];
  const fault = variant?.faults[0];
  if (variant === undefined || fault === undefined) throw new Error("the fixture is empty");
  return {
    ...whole,
    environment: { ...whole.environment, rate: 20 },
    variants: [{ ...variant, faults: [{ ...fault, timeline: { ...timeline, ...change } }] }],
  };
}

describe("toPageData", () => {
  it("counts time from the injection and requests by the second", () => {
    const [group] = toPageData(single()).groups;
    expect(group).toMatchObject({ from: -0.5, to: 1.5 });
    expect(group?.plots[0]).toMatchObject({
      start: -0.5,
      step: 0.5,
      fault: { from: 0, to: 1 },
      succeeded: [20, 4, 0, 60],
      failed: [0, 16, 0, 20],
      p99Ms: [8, 1000, null, 40],
    });
  });

  it("gives all plots the same axes, wide enough for the highest bucket and every latency", () => {
    const { axes } = toPageData(single());
    expect(axes.rateMax).toBeGreaterThanOrEqual(80);
    expect(axes.latencyMinMs).toBeLessThanOrEqual(0.1);
    expect(axes.latencyMaxMs).toBe(1000);
  });

  it("keeps a zero latency off the logarithm's end", () => {
    expect(toPageData(single()).groups[0]?.plots[0]?.p50Ms[1]).toBeGreaterThan(0);
  });

  it("takes a breaker for closed until it first says otherwise", () => {
    expect(toPageData(single()).groups[0]?.plots[0]?.breaker).toEqual([
      { from: -0.5, to: 0.2, state: "closed" },
      { from: 0.2, to: 1.1, state: "open" },
      { from: 1.1, to: 1.5, state: "closed" },
    ]);
  });

  it("draws no band for a variant that has no breaker", () => {
    const [group] = toPageData(single({ breaker: [] })).groups;
    expect(group?.plots[0]?.breaker).toEqual([]);
  });

  it("leaves out what a breaker said after the end", () => {
    const late = [{ atMs: 9000, state: "open" }];
    expect(toPageData(single({ breaker: late })).groups[0]?.plots[0]?.breaker).toEqual([
      { from: -0.5, to: 1.5, state: "closed" },
    ]);
  });

  it("has finite axes when nothing was measured", () => {
    const silent = toPageData(single({ buckets: [] }));
    expect(silent.groups[0]?.plots).toEqual([]);
    expect(silent.axes).toEqual({ rateMax: 22, latencyMinMs: 1, latencyMaxMs: 100 });
    expect(toPageData(emptyFixture()).groups).toEqual([]);
  });

  it("draws an invalid fault, and not a skipped one", () => {
    const drawn = (result: DrillResult) =>
      toPageData(result).groups.reduce((sum, group) => sum + group.plots.length, 0);
    expect(drawn(drillFixture())).toBe(40);
    expect(drawn(failedFixture())).toBe(39);
    expect(drawn(withFault(drillFixture(), "held", "crash", { status: "invalid" }))).toBe(40);
  });
});
