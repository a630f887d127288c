/**
 * What the page's script draws from, embedded as JSON. Times are seconds from the injection, so
 * that zero means the same in every plot.
 */
export interface PageData {
  /** The same axes in every plot, so that two plots can be compared by eye. */
  readonly axes: {
    /** Upper end of the rate axis, in requests per second. */
    readonly rateMax: number;
    /** Ends of the logarithmic latency axis, powers of ten, in milliseconds. */
    readonly latencyMinMs: number;
    readonly latencyMaxMs: number;
  };
  readonly groups: readonly PlotGroup[];
}

/** The plots of one fault: they share a time axis and a cursor. */
export interface PlotGroup {
  /** The id of the group's slider element. */
  readonly sliderId: string;
  readonly from: number;
  readonly to: number;
  readonly plots: readonly PlotData[];
}

export interface PlotData {
  /** The id of the plot's figure element. */
  readonly id: string;
  readonly start: number;
  readonly step: number;
  /** Requests per second, one entry a step. */
  readonly succeeded: readonly number[];
  readonly failed: readonly number[];
  /** Milliseconds; null where there was no request. */
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
  readonly fault: { readonly from: number; readonly to: number };
  /** Empty where the variant has no breaker. */
  readonly breaker: readonly BreakerSegment[];
}

export interface BreakerSegment {
  readonly from: number;
  readonly to: number;
  readonly state: string;
}
