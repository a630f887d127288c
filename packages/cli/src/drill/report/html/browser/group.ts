import type uPlotClass from "uplot";
import type { PageData, PlotData, PlotGroup } from "../page-data.ts";
import { latencyOptions } from "./latency-plot.ts";
import type { PlotFrame } from "./options.ts";
import { rateOptions } from "./rate-plot.ts";
import { connectReadout } from "./readout.ts";
import { connectSlider } from "./slider.ts";

/** Draws one fault's plots: two a variant, all with one cursor. */
export function drawGroup(
  group: PlotGroup,
  axes: PageData["axes"],
  cursorKey: string,
): readonly uPlotClass[] {
  const plots = group.plots.flatMap((plot) => drawVariant(plot, group, axes, cursorKey));
  connectSlider(group, plots);
  return plots;
}

function drawVariant(
  plot: PlotData,
  group: PlotGroup,
  axes: PageData["axes"],
  cursorKey: string,
): readonly uPlotClass[] {
  const figure = document.getElementById(plot.id);
  if (figure === null) return [];
  const frame: PlotFrame = { plot, from: group.from, to: group.to, axes, cursorKey };
  const drawn = [
    draw(figure, "rate", rateOptions(frame), rateData(plot)),
    draw(figure, "latency", latencyOptions(frame), latencyData(plot)),
  ].filter((each) => each !== undefined);
  connectReadout(figure, plot, drawn);
  return drawn;
}

function draw(
  figure: HTMLElement,
  kind: string,
  options: Omit<uPlotClass.Options, "width" | "height">,
  data: uPlotClass.AlignedData,
): uPlotClass | undefined {
  const holder = figure.querySelector<HTMLElement>(`[data-plot="${kind}"]`);
  if (holder === null) return undefined;
  const drawn = new uPlot({ ...options, ...sizeOf(holder) }, data, holder);
  new ResizeObserver(() => {
    const size = sizeOf(holder);
    if (size.width !== drawn.width || size.height !== drawn.height) drawn.setSize(size);
  }).observe(holder);
  return drawn;
}

function sizeOf(holder: HTMLElement): { width: number; height: number } {
  return { width: Math.max(1, holder.clientWidth), height: Math.max(1, holder.clientHeight) };
}

/** Errors are stacked on answers: the upper series is the total, and answers are drawn over it. */
function rateData(plot: PlotData): uPlotClass.AlignedData {
  const total = plot.succeeded.map((succeeded, at) => succeeded + (plot.failed[at] ?? 0));
  return [bucketEdges(plot), held(total), held(plot.succeeded)];
}

function latencyData(plot: PlotData): uPlotClass.AlignedData {
  return [bucketEdges(plot), held(plot.p99Ms), held(plot.p50Ms)];
}

/** A stepped line needs the end of the last bucket as well. */
function bucketEdges(plot: PlotData): number[] {
  return Array.from({ length: plot.succeeded.length + 1 }, (_, at) => plot.start + at * plot.step);
}

function held<Value>(values: readonly Value[]): Value[] {
  return [...values, ...values.slice(-1)];
}
