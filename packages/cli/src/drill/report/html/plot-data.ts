import type { DrillResult, FaultTimeline } from "../../result.ts";
import { type FaultGroup, groupByFault, hasPlot } from "./groups.ts";
import { mergeBuckets } from "./merge-buckets.ts";
import type { BreakerSegment, PageData, PlotData, PlotGroup } from "./page-data.ts";

/** The fewest decades that the latency axis spans, so that noise of a quiet drill stays small. */
const latencyDecadesMin = 2;
/** Nothing over a loopback connection is told apart below this. */
const latencyFloorMs = 0.1;
/** Room above the offered rate, where the shaded window shows and bursts after it fit. */
const rateHeadroom = 1.1;

export function toPageData(result: DrillResult): PageData {
  const groups = groupByFault(result).map(toPlotGroup);
  return { axes: commonAxes(groups, result.environment.rate), groups };
}

function toPlotGroup(group: FaultGroup): PlotGroup {
  const plots = group.entries
    .filter((entry) => hasPlot(entry.result))
    .map((entry) => toPlotData(entry.plotId, entry.result.timeline));
  return {
    sliderId: group.sliderId,
    from: Math.min(0, ...plots.map((plot) => plot.start)),
    to: Math.max(0, ...plots.map((plot) => plot.start + plot.step * plot.succeeded.length)),
    plots,
  };
}

function toPlotData(id: string, timeline: FaultTimeline): PlotData {
  const sinceInjection = (ms: number) => rounded((ms - timeline.fault.fromMs) / 1000);
  const { stepMs, points } = mergeBuckets(timeline);
  return {
    id,
    start: sinceInjection(0),
    step: stepMs / 1000,
    succeeded: points.map((point) => rounded(point.succeededPerSecond)),
    failed: points.map((point) => rounded(point.failedPerSecond)),
    p50Ms: points.map((point) => drawable(point.p50Ms)),
    p99Ms: points.map((point) => drawable(point.p99Ms)),
    fault: { from: 0, to: sinceInjection(timeline.fault.toMs) },
    breaker: breakerSegments(timeline, sinceInjection),
  };
}

/** A breaker starts closed, so that is what it was before the first state that it reported. */
function breakerSegments(
  timeline: FaultTimeline,
  sinceInjection: (ms: number) => number,
): readonly BreakerSegment[] {
  const { breaker, durationMs } = timeline;
  if (breaker.length === 0) return [];
  const changes = [{ atMs: 0, state: "closed" }, ...breaker];
  return changes
    .map(({ atMs, state }, at) => ({
      from: sinceInjection(Math.max(0, atMs)),
      to: sinceInjection(Math.min(changes[at + 1]?.atMs ?? durationMs, durationMs)),
      state,
    }))
    .filter((segment) => segment.to > segment.from);
}

function commonAxes(groups: readonly PlotGroup[], rate: number): PageData["axes"] {
  const axes = { rateMax: rate, latencyMinMs: Number.POSITIVE_INFINITY, latencyMaxMs: 0 };
  for (const plot of groups.flatMap((group) => group.plots)) {
    plot.succeeded.forEach((succeeded, at) => {
      axes.rateMax = Math.max(axes.rateMax, succeeded + (plot.failed[at] ?? 0));
    });
    for (const ms of [...plot.p50Ms, ...plot.p99Ms]) {
      if (ms === null) continue;
      axes.latencyMinMs = Math.min(axes.latencyMinMs, ms);
      axes.latencyMaxMs = Math.max(axes.latencyMaxMs, ms);
    }
  }
  const low = axes.latencyMaxMs === 0 ? 0 : Math.floor(Math.log10(axes.latencyMinMs));
  const high = axes.latencyMaxMs === 0 ? 0 : Math.ceil(Math.log10(axes.latencyMaxMs));
  return {
    rateMax: Math.ceil(Math.max(1, axes.rateMax) * rateHeadroom),
    latencyMinMs: 10 ** low,
    latencyMaxMs: 10 ** Math.max(high, low + latencyDecadesMin),
  };
}

/** A logarithmic axis has no zero. */
function drawable(ms: number | null): number | null {
  return ms === null || !Number.isFinite(ms) ? null : Math.max(latencyFloorMs, rounded(ms));
}

/** Three decimals are more than a plot shows, and they keep the page small. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
