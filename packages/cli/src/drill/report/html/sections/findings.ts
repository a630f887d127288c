import type { DrillResult } from "../../../result.ts";
import { type FaultEntry, groupByFault } from "../groups.ts";
import { html, type Markup } from "../markup.ts";

/** What went wrong, in words: bars that were missed, then faults that say nothing and why. */
export function findings(result: DrillResult): Markup {
  const entries = groupByFault(result).flatMap((group) => group.entries);
  const breached = entries.filter(
    (entry) => entry.result.status === "ok" && entry.result.breaches.length > 0,
  );
  const judged = breached.filter((entry) => entry.variant.judged);
  const others = breached.filter((entry) => !entry.variant.judged);
  const inconclusive = entries.filter((entry) => entry.result.status !== "ok");
  if (judged.length + inconclusive.length === 0) return folded(others);
  return html`<section aria-labelledby="findings-title">
<h2 id="findings-title">What to know</h2>
${list("Bars that were missed: these fail the drill", "breaches", judged, breachText)}
${list("Not conclusive: these rows prove nothing", "inconclusive", inconclusive, reasonText)}
${folded(others)}
</section>`;
}

type Wording = (entry: FaultEntry) => Markup;

function list(
  title: string,
  kind: string,
  entries: readonly FaultEntry[],
  wording: Wording,
): Markup | null {
  if (entries.length === 0) return null;
  return html`<div class="finding ${kind}"><h3>${title}</h3>${items(entries, wording)}</div>`;
}

/** The variants that are not judged are there to be seen failing: told, but out of the way. */
function folded(entries: readonly FaultEntry[]): Markup {
  if (entries.length === 0) return html``;
  return html`<details class="finding"><summary>Bars that other variants missed; they do not count</summary>${items(entries, breachText)}</details>`;
}

function items(entries: readonly FaultEntry[], wording: Wording): Markup {
  return html`<ul>${entries.map(
    (entry) =>
      html`<li><strong>${entry.variant.name}</strong>, ${entry.result.title} <code>${entry.result.id}</code>: ${wording(entry)}</li>`,
  )}</ul>`;
}

function breachText(entry: FaultEntry): Markup {
  return html`${entry.result.breaches.join("; ")}`;
}

function reasonText(entry: FaultEntry): Markup {
  const { status, reason } = entry.result;
  return html`${status}, ${reason ?? "no reason was given"}`;
}
