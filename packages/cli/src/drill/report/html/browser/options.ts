import type uPlotClass from "uplot";
import type { PageData, PlotData } from "../page-data.ts";
import { shadeFault } from "./fault-window.ts";
import { palette } from "./theme.ts";

/** What a plot needs besides its own data to be comparable with its neighbours. */
export interface PlotFrame {
  readonly plot: PlotData;
  readonly from: number;
  readonly to: number;
  readonly axes: PageData["axes"];
  readonly cursorKey: string;
}

export type PlotOptions = Omit<uPlotClass.Options, "width" | "height">;

/** Width of the value axis. Fixed, so that the plots of a card stand exactly below each other. */
const valueAxisWidth = 40;
const timeAxisHeight = 22;
const fontSize = 11;

/** A length in CSS pixels at the usual text size, as large as the page's text really is. */
function scaled(pixels: number): number {
  const textSize = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Math.round((pixels * textSize) / 16);
}

/** What both kinds of plot share: the time axis, the fault's window, the common cursor. */
export function sharedOptions(frame: PlotFrame): Pick<PlotOptions, "legend" | "cursor" | "hooks"> {
  return {
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      sync: { key: frame.cursorKey, scales: ["x", null] },
      points: { size: 5, width: 0 },
    },
    hooks: { draw: [(plot) => shadeFault(plot, frame.plot.fault)] },
  };
}

export function timeScale(frame: PlotFrame): uPlotClass.Scale {
  return { time: false, range: [frame.from, frame.to] };
}

export function timeAxis(): uPlotClass.Axis {
  return {
    ...axisLook(),
    size: scaled(timeAxisHeight),
    space: scaled(27),
    incrs: [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600],
    values: (_, seconds) => seconds.map(secondsLabel),
  };
}

export function valueAxis(options: Partial<uPlotClass.Axis>): uPlotClass.Axis {
  return { ...axisLook(), size: scaled(valueAxisWidth), ...options };
}

/** The unit once, at zero, is enough. */
function secondsLabel(seconds: number): string {
  if (seconds === 0) return "0 s";
  return `${seconds < 0 ? "−" : "+"}${Math.abs(seconds)}`;
}

function axisLook(): uPlotClass.Axis {
  return {
    font: `${scaled(fontSize)}px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif`,
    stroke: () => palette().soft,
    gap: 4,
    grid: { stroke: () => palette().grid, width: 1 },
    ticks: { stroke: () => palette().grid, width: 1, size: 4 },
  };
}
