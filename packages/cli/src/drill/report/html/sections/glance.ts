import type { DrillResult, VariantResult } from "../../../result.ts";
import { availabilityBar, availabilityLevel, availabilityText } from "../cells.ts";
import {
  type FaultEntry,
  type FaultGroup,
  groupByFault,
  hasPlot,
  splitFootnotes,
} from "../groups.ts";
import { html, type Markup } from "../markup.ts";
import { mark } from "./verdict.ts";

/** The one picture to show: faults down, variants across, the answered share in each cell. */
export function glance(result: DrillResult): Markup {
  const { compared } = splitFootnotes(result);
  return html`<section aria-labelledby="glance-title">
<h2 id="glance-title">Requests answered while Redis was failing</h2>
<div class="scroll" role="group" aria-labelledby="glance-title" tabindex="0">
<table class="glance">
<thead><tr><th scope="col">Fault</th>${compared.map(columnHead)}</tr></thead>
<tbody>${groupByFault(result).map((group) => row(group, compared))}</tbody>
</table>
</div>
</section>`;
}

function columnHead(variant: VariantResult): Markup {
  return html`<th scope="col"><span class="variant-name">${variant.name}</span>${
    variant.judged ? html` <span class="tag">judged</span>` : null
  }${variant.description === null ? null : html`<small>${variant.description}</small>`}</th>`;
}

function row(group: FaultGroup, compared: readonly VariantResult[]): Markup {
  const cells = compared.map((variant) =>
    cell(group.entries.find((entry) => entry.variant === variant)),
  );
  return html`<tr><th scope="row"><a href="#${group.anchor}">${group.title}</a> <code>${group.id}</code></th>${cells}</tr>`;
}

function cell(entry: FaultEntry | undefined): Markup {
  if (entry === undefined) return html`<td class="unknown">not run</td>`;
  const { result, variant } = entry;
  if (result.status !== "ok") return html`<td class="unknown">${result.status}</td>`;
  const text = availabilityText(result);
  const missed = variant.judged && result.breaches.length > 0;
  return html`<td class="level-${availabilityLevel(result.availability)}${missed ? " breached" : ""}"><span class="value">${
    hasPlot(result) ? html`<a href="#${entry.plotId}">${text}</a>` : text
  }</span>${missed ? html`<span class="missed">${mark(false)}missed a bar</span>` : null}${availabilityBar(result)}</td>`;
}
