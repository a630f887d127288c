import type uPlotClass from "uplot";
import type { PlotData } from "../page-data.ts";

/** Writes the values under the cursor above the plots that they belong to. */
export function connectReadout(
  figure: HTMLElement,
  plot: PlotData,
  drawn: readonly uPlotClass[],
): void {
  const rate = figure.querySelector<HTMLElement>('[data-readout="rate"]');
  const latency = figure.querySelector<HTMLElement>('[data-readout="latency"]');
  const write = (at: number | null | undefined) => {
    const known = at === null || at === undefined ? undefined : bucketIndex(plot, at);
    if (rate !== null) rate.textContent = known === undefined ? "" : rateText(plot, known);
    if (latency !== null) latency.textContent = known === undefined ? "" : latencyText(plot, known);
  };
  for (const each of drawn) {
    each.hooks.setCursor = [
      (moved) => write((moved.cursor.left ?? -1) < 0 ? null : moved.cursor.idx),
    ];
  }
}

/** The last data point is the end of the last bucket, not a bucket. */
function bucketIndex(plot: PlotData, at: number): number {
  return Math.min(at, plot.succeeded.length - 1);
}

function rateText(plot: PlotData, at: number): string {
  return `${secondsText(plot.start + at * plot.step)}: ${whole(plot.succeeded[at])} answered, ${whole(plot.failed[at])} errors`;
}

function latencyText(plot: PlotData, at: number): string {
  return `p50 ${milliseconds(plot.p50Ms[at])}, p99 ${milliseconds(plot.p99Ms[at])}`;
}

export function secondsText(seconds: number): string {
  return `${seconds < 0 ? "−" : "+"}${Math.abs(seconds).toFixed(2)} s`;
}

function whole(value: number | undefined): string {
  return String(Math.round(value ?? 0));
}

function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
