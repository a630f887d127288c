import type { DrillResult, FaultResult, VariantResult } from "../../result.ts";
import { heading } from "./format.ts";

/** One fault with what it did to every variant, in the variants' order. */
export interface FaultGroup {
  readonly id: string;
  readonly title: string;
  readonly standsFor: string;
  readonly anchor: string;
  readonly sliderId: string;
  readonly entries: readonly FaultEntry[];
}

export interface FaultEntry {
  readonly variant: VariantResult;
  readonly result: FaultResult;
  readonly plotId: string;
}

/**
 * A result is kept by variant, and read by fault. Element ids are numbered, since a fault's id or a
 * variant's name may hold anything.
 */
export function groupByFault(result: DrillResult): readonly FaultGroup[] {
  const ids = new Set(
    result.variants.flatMap((variant) => variant.faults.map((fault) => fault.id)),
  );
  return [...ids].map((id, at) => {
    const entries = result.variants.flatMap((variant, column) =>
      variant.faults
        .filter((fault) => fault.id === id)
        .slice(0, 1)
        .map((fault) => ({ variant, result: fault, plotId: `plot-${at + 1}-${column + 1}` })),
    );
    const first = entries[0]?.result;
    return {
      id,
      title: heading(first?.title ?? id),
      standsFor: first?.standsFor ?? "",
      anchor: `fault-${at + 1}`,
      sliderId: `slider-${at + 1}`,
      entries,
    };
  });
}

/** Whether there is anything to draw. A skipped fault was never run, whatever its timeline says. */
export function hasPlot(fault: FaultResult): boolean {
  return fault.status !== "skipped" && fault.timeline.buckets.length > 0;
}

/** The variants that the tables compare, and those that are footnotes to one of them. */
export function splitFootnotes(result: DrillResult): {
  readonly compared: readonly VariantResult[];
  readonly footnotes: readonly VariantResult[];
} {
  return {
    compared: result.variants.filter((variant) => variant.footnoteOf === null),
    footnotes: result.variants.filter((variant) => variant.footnoteOf !== null),
  };
}
