import type { FaultResult } from "../result.ts";

/** What a judged variant must keep in every fault. */
export const bars = {
  availability: 1,
  /** p99 in the fault, as a multiple of the baseline's. */
  p99Factor: 3,
  /** A p99 below this is well, however small the baseline is. */
  p99FloorMs: 60,
  /** For faults that stop replies. */
  detectMs: 300,
  primaryRefused: 0,
} as const;

export interface BarsContext {
  readonly stopsReplies: boolean;
  /** Whether the variant tells its breaker's state at all. */
  readonly reportsBreaker: boolean;
}

/** The bars that a row misses, in words. */
export function breachesOf(
  row: Pick<
    FaultResult,
    | "availability"
    | "requests"
    | "baseline"
    | "p99Ms"
    | "detectMs"
    | "recoverMs"
    | "primary"
    | "invariants"
    | "restarts"
  >,
  { stopsReplies, reportsBreaker }: BarsContext,
): string[] {
  const breaches: string[] = [];
  if (row.availability < bars.availability) {
    const failed = Math.round((1 - row.availability) * row.requests);
    breaches.push(`${failed} of ${row.requests} requests failed in the fault`);
  }
  const p99MaxMs = Math.max(bars.p99Factor * row.baseline.p99Ms, bars.p99FloorMs);
  if (row.p99Ms > p99MaxMs) {
    breaches.push(`p99 of ${round(row.p99Ms)} ms in the fault exceeds ${round(p99MaxMs)} ms`);
  }
  if (stopsReplies && reportsBreaker) {
    if (row.detectMs === null) breaches.push("the breaker did not open in the fault");
    else if (row.detectMs > bars.detectMs) {
      breaches.push(`the breaker opened after ${row.detectMs} ms, later than ${bars.detectMs} ms`);
    }
  }
  if (row.primary.refused > bars.primaryRefused) {
    breaches.push(`the primary refused ${row.primary.refused} requests`);
  }
  const { crossed } = row.invariants;
  if (crossed !== null && crossed > 0) {
    breaches.push(`${crossed} requests got the answer of another one`);
  }
  if (row.restarts !== undefined)
    breaches.push(`the process ended by itself ${times(row.restarts)}`);
  if (row.recoverMs === null) breaches.push("no recovery within the window");
  return breaches;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function round(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}
