import { type Cell, type Column, layColumns } from "../../terminal/columns.ts";
import type { Style } from "../../terminal/style.ts";
import type { DrillResult, FaultResult, VariantResult } from "../result.ts";
import { durationText, percentText } from "./format.ts";

const columns: readonly Column[] = [
  { title: "fault", align: "left" },
  { title: "variant", align: "left" },
  { title: "answered", align: "right" },
  { title: "p50", align: "right" },
  { title: "p99", align: "right" },
  { title: "detect", align: "right" },
  { title: "recover", align: "right" },
  { title: "primary", align: "right" },
  { title: "refused", align: "right" },
];

/** The table for a terminal: a row for each fault and variant, footnote variants below. */
export function renderTable(result: DrillResult, style: Style): string {
  const main = result.variants.filter(({ footnoteOf }) => footnoteOf === null);
  const footnotes = result.variants.filter(({ footnoteOf }) => footnoteOf !== null);
  const rows = [...rowsOf(main, style), ...footnotes.flatMap((each) => rowsOf([each], style))];
  const [titles = "", ...lines] = layColumns(columns, rows);
  const mainCount = main.reduce((count, { faults }) => count + faults.length, 0);
  return [
    style.bold(titles),
    ...lines.slice(0, mainCount),
    ...footnoteLines(footnotes, lines.slice(mainCount), style),
    ...remarks(result, style),
  ].join("\n");
}

function rowsOf(variants: readonly VariantResult[], style: Style): Cell[][] {
  const ids = variants[0]?.faults.map(({ id }) => id) ?? [];
  return ids.flatMap((_, index) =>
    variants.flatMap((variant, position) => {
      const fault = variant.faults[index];
      return fault === undefined ? [] : [rowOf(variant, fault, position === 0, style)];
    }),
  );
}

function rowOf(variant: VariantResult, fault: FaultResult, first: boolean, style: Style): Cell[] {
  const name: Cell = variant.judged
    ? { text: variant.name, paint: style.bold }
    : { text: variant.name };
  const head = [{ text: first ? fault.id : "" }, name];
  if (fault.status !== "ok") return [...head, { text: fault.status, paint: style.yellow }];
  const watched = fault.primary.limit > 0;
  return [
    ...head,
    { text: percentText(fault.availability), paint: toneOf(fault.availability, style) },
    { text: durationText(fault.p50Ms) },
    { text: durationText(fault.p99Ms) },
    { text: durationText(fault.detectMs) },
    { text: durationText(fault.recoverMs) },
    { text: watched ? `${fault.primary.peak}/${fault.primary.limit}` : "–" },
    { text: watched ? String(fault.primary.refused) : "–" },
  ];
}

function toneOf(availability: number, style: Style): (text: string) => string {
  if (availability === 1) return style.green;
  return availability >= 0.99 ? style.yellow : style.red;
}

function footnoteLines(
  footnotes: readonly VariantResult[],
  lines: readonly string[],
  style: Style,
): string[] {
  let taken = 0;
  return footnotes.flatMap(({ description, faults, footnoteOf, name }) => {
    const own = lines.slice(taken, taken + faults.length);
    taken += faults.length;
    const what = description === null ? "" : `: ${description}`;
    return ["", style.dim(`Footnote to ${footnoteOf}: ${name}${what}`), ...own];
  });
}

/** Why rows are invalid or skipped, and which bars were missed. */
function remarks({ variants }: DrillResult, style: Style): string[] {
  const lines = new Set<string>();
  for (const { faults, name } of variants) {
    for (const { breaches, id, reason, restarts, status } of faults) {
      // A fault that is skipped is so for every variant: told once.
      if (status === "skipped") lines.add(style.yellow(`${id} skipped: ${reason}`));
      if (status === "invalid") lines.add(style.yellow(`${id}, ${name} invalid: ${reason}`));
      if (restarts !== undefined && breaches.length === 0) {
        lines.add(style.dim(`${id}, ${name}: the process ended by itself, ${restarts} in all`));
      }
      for (const breach of breaches) lines.add(style.red(`${id}, ${name}: ${breach}`));
    }
  }
  return lines.size === 0 ? [] : ["", ...lines];
}
