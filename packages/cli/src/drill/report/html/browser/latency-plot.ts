import {
  type PlotFrame,
  type PlotOptions,
  sharedOptions,
  timeAxis,
  timeScale,
  valueAxis,
} from "./options.ts";
import { palette } from "./theme.ts";

const logarithmic = 3;

/** p50 and p99 over time. Logarithmic: an outage moves latency by orders of magnitude. */
export function latencyOptions(frame: PlotFrame): PlotOptions {
  const { latencyMinMs, latencyMaxMs } = frame.axes;
  const paths = uPlot.paths.stepped?.({ align: 1 });
  const series = { ...(paths === undefined ? {} : { paths }), points: { show: false } };
  return {
    ...sharedOptions(frame),
    padding: [6, 8, 0, 0],
    scales: {
      x: timeScale(frame),
      y: { distr: logarithmic, log: 10, range: [latencyMinMs, latencyMaxMs] },
    },
    axes: [
      timeAxis(),
      valueAxis({
        splits: powersOfTen(latencyMinMs, latencyMaxMs),
        filter: (_, splits) => splits,
        values: (_, splits) => splits.map(millisecondsLabel),
      }),
    ],
    series: [
      {},
      { ...series, stroke: () => palette().p99, width: 2 },
      { ...series, stroke: () => palette().p50, width: 1.25, dash: [3, 2] },
    ],
  };
}

function powersOfTen(from: number, to: number): number[] {
  const first = Math.round(Math.log10(from));
  const last = Math.round(Math.log10(to));
  return Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at));
}

function millisecondsLabel(ms: number): string {
  return ms < 1 ? String(Number(ms.toPrecision(1))) : Math.round(ms).toLocaleString("en-US");
}
