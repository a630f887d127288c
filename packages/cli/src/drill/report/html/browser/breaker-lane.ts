import type uPlotClass from "uplot";
import type { BreakerSegment } from "../page-data.ts";
import { hatch, palette } from "./theme.ts";

/** Room above the plot for the lane, in CSS pixels. */
export const laneHeight = 16;

const barHeight = 9;
const gapBelow = 3;
/** A state that lasted shorter than this many pixels is still shown this wide. */
const segmentWidthMin = 2;

/** Draws the breaker's states as a band above the plot, on the plot's own time axis. */
export function drawBreaker(plot: uPlotClass, segments: readonly BreakerSegment[]): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  const top = bbox.top - (barHeight + gapBelow) * ratio;
  ctx.save();
  if (segments.length === 0) noBreaker(plot, top);
  // Open last: where segments are narrower than a pixel, the state that matters stays on top.
  const ordered = [...segments].sort((one, other) => rank(one.state) - rank(other.state));
  for (const { from, to, state } of ordered) {
    const left = Math.max(bbox.left, plot.valToPos(from, "x", true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(to, "x", true));
    const width = Math.max(segmentWidthMin * ratio, right - left);
    if (left >= bbox.left + bbox.width || right <= bbox.left) continue;
    ctx.fillStyle = fillOf(state);
    ctx.fillRect(left, top, width, barHeight * ratio);
    label(plot, state, left, top, width);
  }
  ctx.restore();
}

function noBreaker(plot: uPlotClass, top: number): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  ctx.fillStyle = palette().soft;
  ctx.font = `${9.5 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.fillText("no breaker", bbox.left + 2 * ratio, top + (barHeight * ratio) / 2);
}

/** The name inside the segment where it fits, so that the lane reads without its key. */
function label(plot: uPlotClass, state: string, left: number, top: number, width: number): void {
  const { ctx } = plot;
  const ratio = uPlot.pxRatio;
  if (state === "half-open") return;
  ctx.font = `600 ${8 * ratio}px system-ui, sans-serif`;
  if (ctx.measureText(state).width + 6 * ratio > width) return;
  ctx.fillStyle = state === "closed" ? palette().soft : palette().card;
  ctx.textBaseline = "middle";
  ctx.textAlign = "center";
  ctx.fillText(state, left + width / 2, top + (barHeight * ratio) / 2);
}

function rank(state: string): number {
  if (state === "closed") return 0;
  return state === "half-open" ? 1 : 2;
}

function fillOf(state: string): CanvasRenderingContext2D["fillStyle"] {
  if (state === "closed") return palette().breakerClosed;
  if (state === "half-open") return hatch(palette().breakerClosed, palette().breakerOpen);
  return palette().breakerOpen;
}
