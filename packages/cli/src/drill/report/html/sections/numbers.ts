import type { DrillResult, FaultResult } from "../../../result.ts";
import {
  availabilityLevel,
  availabilityText,
  detectCell,
  latencyText,
  primaryPeak,
  recoverText,
} from "../cells.ts";
import { count, duration, heading } from "../format.ts";
import { type FaultEntry, type FaultGroup, groupByFault, splitFootnotes } from "../groups.ts";
import { html, type Markup } from "../markup.ts";

interface Column {
  readonly title: string;
  /** The rest of the name, in the quiet style. */
  readonly note?: string;
  readonly cell: (fault: FaultResult) => Markup;
}

const columns: readonly Column[] = [
  {
    title: "Answered",
    cell: (fault) =>
      html`<strong class="text-${availabilityLevel(fault.availability)}">${availabilityText(fault)}</strong>`,
  },
  { title: "Requests", cell: (fault) => html`${count(fault.requests)}` },
  { title: "p50", cell: (fault) => html`${latencyText(fault, fault.p50Ms)}` },
  { title: "p99", cell: (fault) => html`${latencyText(fault, fault.p99Ms)}` },
  { title: "p99", note: "before", cell: (fault) => html`${duration(fault.baseline.p99Ms)}` },
  { title: "Detect", cell: detectCell },
  { title: "Recover", cell: (fault) => html`${recoverText(fault)}` },
  { title: "Primary", note: "peak", cell: (fault) => html`${primaryPeak(fault)}` },
  { title: "Primary", note: "refused", cell: (fault) => html`${count(fault.primary.refused)}` },
];

const invariants = ["lost", "duplicated", "crossed", "stale"] as const;

/** Every number of the drill: fault by fault, and below them the footnotes. */
export function numbers(result: DrillResult): Markup {
  const shown = [...columns, ...countedInvariants(result)];
  const groups = groupByFault(result);
  return html`<section aria-labelledby="numbers-title">
<h2 id="numbers-title">Every number</h2>
<div class="scroll" role="group" aria-labelledby="numbers-title" tabindex="0">
<table class="numbers">
<caption>Measured in the fault’s window. Recovery counts from the moment Redis was restored until requests succeed and Redis is used again.</caption>
<thead><tr><th scope="col">Fault</th><th scope="col">Variant</th>${shown.map(
    (column) =>
      html`<th scope="col" class="number">${column.title}${column.note === undefined ? null : html` <small>${column.note}</small>`}</th>`,
  )}</tr></thead>
${groups.map((group) => faultRows(group, shown))}
${footnoteRows(result, groups, shown)}
</table>
</div>
</section>`;
}

function faultRows(group: FaultGroup, shown: readonly Column[]): Markup | null {
  const entries = group.entries.filter((entry) => entry.variant.footnoteOf === null);
  if (entries.length === 0) return null;
  const head = html`<th scope="rowgroup" rowspan="${entries.length}"><a href="#${group.anchor}">${group.title}</a></th>`;
  return html`<tbody>${entries.map((entry, at) => row(entry, at === 0 ? head : null, shown))}</tbody>`;
}

function row(entry: FaultEntry, head: Markup | null, shown: readonly Column[]): Markup {
  const { variant, result } = entry;
  const name = html`<th scope="row" class="name">${variant.name}${
    result.status === "ok" ? null : html` <span class="tag">${result.status}</span>`
  }</th>`;
  return html`<tr class="${rowClass(entry)}">${head}${name}${cells(result, shown)}</tr>`;
}

/** A skipped row has a reason where its numbers would be; an invalid one shows them struck back. */
function cells(fault: FaultResult, shown: readonly Column[]): readonly Markup[] {
  if (fault.status === "skipped") {
    return [
      html`<td colspan="${shown.length}" class="reason">${fault.reason ?? "no reason was given"}</td>`,
    ];
  }
  return shown.map((column) => html`<td class="number">${column.cell(fault)}</td>`);
}

function rowClass(entry: FaultEntry): string {
  return [entry.result.status, entry.variant.judged ? "judged" : ""].join(" ").trim();
}

function footnoteRows(
  result: DrillResult,
  groups: readonly FaultGroup[],
  shown: readonly Column[],
): readonly Markup[] {
  return splitFootnotes(result).footnotes.map((variant) => {
    const entries = groups.flatMap((group) =>
      group.entries.filter((entry) => entry.variant === variant),
    );
    const description = variant.description === null ? null : html`: ${variant.description}`;
    return html`<tbody class="footnote">
<tr><th scope="rowgroup" colspan="${shown.length + 2}">Footnote to ${variant.footnoteOf ?? ""}, <span class="variant-name">${variant.name}</span>${description}</th></tr>
${entries.map((entry) => row(entry, html`<th scope="row">${heading(entry.result.title)}</th>`, shown))}
</tbody>`;
  });
}

/** Columns for what the load counted; a column of dashes would only be in the way. */
function countedInvariants(result: DrillResult): readonly Column[] {
  const faults = result.variants.flatMap((variant) => variant.faults);
  return invariants
    .filter((name) => faults.some((fault) => fault.invariants[name] !== null))
    .map((name) => ({
      title: heading(name),
      cell: (fault) => html`${count(fault.invariants[name])}`,
    }));
}
