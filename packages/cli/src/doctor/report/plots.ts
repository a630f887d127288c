import type { Markup } from "../../drill/report/html/markup.ts";
import type { Examined } from "../diagnosis.ts";
import { plotFigure } from "./plot.ts";

/** Merges neighbours until no more than so many are left: a page shows no more. */
const pointsMax = 380;

/** The plots of what was looked at: symptoms, latency, retransmissions, PING. */
export function plotsOf({ logs, packets, server }: Examined): Markup[] {
  const figures: (Markup | undefined)[] = [];
  if (logs !== undefined) {
    const { stepMs, series } = logs.logs.timeline;
    const step = stepFor(Object.values(series).flat(), stepMs);
    figures.push(
      plotFigure({
        title: "Failures in the logs over time",
        kind: "bars",
        unit: `failures each ${step / 1000} s`,
        step,
        x: clock,
        series: Object.entries(series)
          .sort(([, a], [, b]) => sum(b) - sum(a))
          .map(([name, points]) => ({ name, points: merged(points, step) })),
      }),
    );
  }
  if (packets !== undefined) {
    const { startAt, bucketMs, retransmissions, resets, latency } = packets.plots;
    const at = (values: readonly (number | null)[]): [number, number | null][] =>
      values.map((value, index) => [startAt + index * bucketMs, value]);
    figures.push(
      plotFigure({
        title: "Slowest replies in the captures over time",
        kind: "lines",
        unit: "milliseconds",
        x: clock,
        series: latency.map(({ command, maxMs }) => ({ name: command, points: at(maxMs) })),
      }),
      plotFigure({
        title: "Retransmissions and resets in the captures over time",
        kind: "bars",
        unit: `packets each ${bucketMs} ms`,
        step: bucketMs,
        x: clock,
        series: [
          { name: "retransmissions", points: at(retransmissions) },
          { name: "resets", points: at(resets) },
        ],
      }),
    );
  }
  const pings = server?.server.pings ?? [];
  figures.push(
    plotFigure({
      title: "PINGs to the server, one after the other",
      kind: "lines",
      unit: "milliseconds",
      x: (value) => `PING ${Math.round(value) + 1}`,
      series: [{ name: "PING", points: pings.map((ms, index) => [index, ms]) }],
    }),
  );
  return figures.filter((figure) => figure !== undefined);
}

type Points = readonly (readonly [number, number])[];

function stepFor(points: Points, stepMs: number): number {
  const times = points.map(([at]) => at);
  let step = stepMs;
  const span =
    times.reduce((a, b) => Math.max(a, b), 0) -
    times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  while (span / step > pointsMax) step *= 2;
  return step;
}

function merged(points: Points, step: number): [number, number][] {
  const bins = new Map<number, number>();
  for (const [at, count] of points) {
    const bin = Math.floor(at / step) * step;
    bins.set(bin, (bins.get(bin) ?? 0) + count);
  }
  return [...bins];
}

function sum(points: Points): number {
  return points.reduce((total, [, count]) => total + count, 0);
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}
