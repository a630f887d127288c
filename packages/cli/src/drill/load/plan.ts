import type { Sample } from "./sample.ts";
import type { ScheduleOptions } from "./schedule.ts";

/** What a right answer looks like. */
export interface Expectation {
  /** Members of the JSON body; `{id}` stands for the requested id. Null: any 2xx is right. */
  readonly members: Readonly<Record<string, string>> | null;
}

export interface LoadTarget {
  /** `{id}` stands for the id to request. */
  readonly url: string;
}

export interface LoadPlan {
  readonly targets: readonly LoadTarget[];
  readonly schedule: ScheduleOptions;
  readonly expect: Expectation;
  /** A request fails when it is not answered this long after its intended start. */
  readonly timeoutMs: number;
  /** Wall-clock time of the schedule's zero, in milliseconds since the epoch. */
  readonly startAt: number;
  /** The part of the schedule that is sent, in milliseconds of the schedule. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the drill tells the load generator's process. */
export type LoadCommand =
  | { readonly type: "run"; readonly plan: LoadPlan }
  /** Send nothing that is due later than this, in milliseconds of the schedule. */
  | { readonly type: "end"; readonly atMs: number };

/** What the load generator's process tells the drill. */
export type LoadMessage =
  | { readonly type: "ready" }
  | { readonly type: "samples"; readonly samples: readonly Sample[] }
  | { readonly type: "done" };

/** Wall-clock time with the monotonic clock's resolution, in milliseconds since the epoch. */
export function epochNow(): number {
  return performance.timeOrigin + performance.now();
}
