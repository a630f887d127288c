import type { FaultResult, FaultTimeline, TimelineBucket } from "../../result.ts";
import { count, duration } from "./format.ts";

/** The text alternative of a plot: what it shows, phase by phase, then the breaker. */
export function inWords(fault: FaultResult): string {
  const { timeline } = fault;
  const { fromMs, toMs } = timeline.fault;
  return [
    phase("Before the fault", timeline, 0, fromMs),
    phase(`In the fault (${duration(toMs - fromMs)})`, timeline, fromMs, toMs),
    phase("After it", timeline, toMs, Number.POSITIVE_INFINITY),
    breakerInWords(timeline),
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** A bucket belongs to the phase in which it starts, as its requests do. */
function phase(name: string, timeline: FaultTimeline, fromMs: number, toMs: number): string {
  const buckets = timeline.buckets.filter((_, at) => {
    const startMs = at * timeline.bucketMs;
    return startMs >= fromMs && startMs < toMs;
  });
  const succeeded = sum(buckets, (bucket) => bucket.succeeded);
  const requests = succeeded + sum(buckets, (bucket) => bucket.failed);
  if (requests === 0) return `${name} there were no requests.`;
  const worst = Math.max(0, ...buckets.map((bucket) => bucket.p99Ms ?? 0));
  return `${name} ${count(succeeded)} of ${count(requests)} requests were answered, p99 at most ${duration(worst)}.`;
}

function breakerInWords(timeline: FaultTimeline): string {
  const sinceInjection = (ms: number) => {
    const seconds = (ms - timeline.fault.fromMs) / 1000;
    return `${seconds < 0 ? "−" : "+"}${Math.abs(seconds).toFixed(2)} s`;
  };
  const shown = timeline.breaker.slice(0, breakerStatesMax);
  const changes = shown.map(({ atMs, state }) => `${state} at ${sinceInjection(atMs)}`);
  if (changes.length === 0) return "";
  const more = timeline.breaker.length - shown.length;
  return `Breaker, from the injection: ${changes.join(", ")}${more === 0 ? "" : ` and ${count(more)} more changes`}.`;
}

/** A breaker that flaps changes state dozens of times; a listener needs the first few. */
const breakerStatesMax = 8;

function sum(
  buckets: readonly TimelineBucket[],
  value: (bucket: TimelineBucket) => number,
): number {
  return buckets.reduce((total, bucket) => total + value(bucket), 0);
}
