import type { HeldBudget } from "./resp/assembler.ts";
import type { Place } from "./signs/collector.ts";
import type { Totals } from "./totals.ts";
import type { Segment } from "./wire/segment.ts";

/** What the signatures see: the segment of the moment, and where counts go. */
export interface Scene {
  readonly segment: Segment;
  readonly totals: Totals;
  readonly budget: HeldBudget;
  /** The segment's frame. */
  here(): Place;
  /** Another frame of the same file. */
  at(frame: number, time: number): Place;
}
