import type { FaultResult, VariantResult } from "../result.ts";
import { durationText, percentText } from "./format.ts";

/** One sentence that says what the numbers mean: the judged variants against the rest. */
export function summarize(variants: readonly VariantResult[]): string {
  const judged = variants.filter((variant) => variant.judged);
  const others = variants.filter((variant) => !variant.judged && variant.footnoteOf === null);
  const parts = [...judged.map(judgedPart), ...others.map(otherPart)];
  return parts.length === 0 ? "Nothing was drilled." : `${parts.join("; ")}.`;
}

function judgedPart(variant: VariantResult): string {
  const valid = validRows(variant);
  const invalid = variant.faults.filter(({ status }) => status === "invalid").length;
  const unsure = invalid === 0 ? "" : `, ${countOf(invalid, "fault")} could not be judged`;
  if (valid.length === 0) return `${variant.name} was not drilled in any fault${unsure}`;
  const requests = valid.reduce((sum, row) => sum + row.requests, 0);
  const served = valid.reduce((sum, row) => sum + Math.round(row.requests * row.availability), 0);
  const answered =
    served === requests
      ? `all ${requests} requests`
      : `${served} of ${requests} requests (${percentText(served / requests)})`;
  const worst = valid.reduce((a, b) => (b.p99Ms > a.p99Ms ? b : a));
  return (
    `${variant.name} answered ${answered} in ` +
    `${countOf(valid.length, "fault")}, with a p99 of at most ${durationText(worst.p99Ms)} (${worst.id})${unsure}`
  );
}

function otherPart(variant: VariantResult): string {
  const valid = validRows(variant);
  const rows = variant.faults.filter(({ status }) => status !== "skipped").length;
  const failing = valid.filter(({ availability }) => availability < 1);
  const [first] = failing;
  if (valid.length === 0) return `${variant.name} could not be judged in any fault`;
  if (first === undefined) {
    return `${variant.name} answered all in ${valid.length} of ${countOf(rows, "fault")}`;
  }
  const worst = failing.reduce((a, b) => (b.availability < a.availability ? b : a), first);
  return `${variant.name} failed users in ${failing.length} of ${valid.length}, at worst ${percentText(worst.availability)} answered (${worst.id})`;
}

function validRows(variant: VariantResult): FaultResult[] {
  return variant.faults.filter(({ status }) => status === "ok");
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
