import type uPlotClass from "uplot";

declare global {
  /** The page loads the library in a script element of its own, before this one. */
  const uPlot: typeof uPlotClass;
}
