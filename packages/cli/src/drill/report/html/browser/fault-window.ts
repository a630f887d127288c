import type uPlotClass from "uplot";
import type { PlotData } from "../page-data.ts";
import { palette } from "./theme.ts";

/** Shades the time in which the fault was in place, over areas that would hide it. */
export function shadeFault(plot: uPlotClass, fault: PlotData["fault"]): void {
  const { ctx, bbox } = plot;
  const left = Math.max(bbox.left, plot.valToPos(fault.from, "x", true));
  const right = Math.min(bbox.left + bbox.width, plot.valToPos(fault.to, "x", true));
  if (right <= left) return;
  ctx.save();
  ctx.fillStyle = palette().fault;
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  ctx.fillStyle = palette().faultEdge;
  const edge = Math.max(1, Math.round(uPlot.pxRatio));
  ctx.fillRect(left, bbox.top, edge, bbox.height);
  ctx.fillRect(right - edge, bbox.top, edge, bbox.height);
  ctx.restore();
}
