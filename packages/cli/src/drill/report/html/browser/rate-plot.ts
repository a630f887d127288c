import { drawBreaker, laneHeight } from "./breaker-lane.ts";
import {
  type PlotFrame,
  type PlotOptions,
  sharedOptions,
  timeAxis,
  timeScale,
  valueAxis,
} from "./options.ts";
import { hatch, palette } from "./theme.ts";

/** Answers and errors per second, stacked, with the breaker's lane above them. */
export function rateOptions(frame: PlotFrame): PlotOptions {
  const shared = sharedOptions(frame);
  const paths = uPlot.paths.stepped?.({ align: 1 });
  const series = { ...(paths === undefined ? {} : { paths }), points: { show: false } };
  return {
    ...shared,
    padding: [laneHeight, 8, 0, 0],
    scales: { x: timeScale(frame), y: { range: [0, frame.axes.rateMax] } },
    axes: [timeAxis(), valueAxis({ space: 26 })],
    series: [
      {},
      {
        ...series,
        stroke: () => palette().failed,
        fill: () => hatch(palette().failedFill, palette().failed),
        width: 1,
      },
      {
        ...series,
        stroke: () => palette().succeeded,
        fill: () => palette().succeededFill,
        width: 1.5,
      },
    ],
    hooks: {
      draw: [...(shared.hooks?.draw ?? []), (plot) => drawBreaker(plot, frame.plot.breaker)],
    },
  };
}
