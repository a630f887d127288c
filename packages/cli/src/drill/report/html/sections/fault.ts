import type { FaultResult } from "../../../result.ts";
import { availabilityLevel, availabilityText, latencyText, recoverText } from "../cells.ts";
import { duration } from "../format.ts";
import { type FaultEntry, type FaultGroup, hasPlot } from "../groups.ts";
import { inWords } from "../in-words.ts";
import { html, type Markup } from "../markup.ts";
import { legend } from "./legend.ts";

/** One fault: what it is, and a small multiple for every variant. */
export function faultSection(group: FaultGroup): Markup {
  const titleId = `${group.anchor}-title`;
  return html`<section class="fault" id="${group.anchor}" aria-labelledby="${titleId}">
<header>
<h3 id="${titleId}">${group.title} <code>${group.id}</code></h3>
${group.standsFor === "" ? null : html`<p class="stands-for">Stands for: ${group.standsFor}</p>`}
${observations(group)}
</header>
<div class="tools">${legend()}<div class="slider" hidden><label for="${group.sliderId}">Read the plots at</label><input type="range" id="${group.sliderId}"><output for="${group.sliderId}"></output></div></div>
<div class="multiples">${group.entries.map(multiple)}</div>
</section>`;
}

/** The proof that the fault was there: said once where the probe saw the same for all variants. */
function observations(group: FaultGroup): Markup | null {
  const seen = new Map<string, string[]>();
  for (const { variant, result } of group.entries) {
    if (result.observed === null) continue;
    seen.set(result.observed, [...(seen.get(result.observed) ?? []), variant.name]);
  }
  if (seen.size === 0) return null;
  const items = [...seen].map(([observed, names], at) =>
    seen.size === 1 ? observed : `${at === 0 ? "" : "; "}${names.join(", ")}: ${observed}`,
  );
  return html`<p class="observed">Checked by a probe of its own: ${items}</p>`;
}

function multiple(entry: FaultEntry): Markup {
  const { variant, result } = entry;
  const titleId = `${entry.plotId}-title`;
  return html`<figure class="multiple ${result.status}${variant.judged ? " judged" : ""}" id="${entry.plotId}" aria-labelledby="${titleId}">
<figcaption>
<h4 id="${titleId}">${variant.name}${tags(entry)}</h4>
${result.status === "skipped" ? null : keyNumbers(entry)}
</figcaption>
${hasPlot(result) ? plots(entry) : html`<p class="nothing">Nothing was measured.</p>`}
${remark(entry)}
${hasPlot(result) ? words(result) : null}
</figure>`;
}

/** Why the plot proves nothing, or what it shows that should not be. */
function remark({ variant, result }: FaultEntry): Markup | null {
  if (result.status !== "ok") {
    return html`<p class="reason">${result.status}: ${result.reason ?? "no reason was given"}</p>`;
  }
  if (!variant.judged || result.breaches.length === 0) return null;
  return html`<p class="reason breached">missed: ${result.breaches.join("; ")}</p>`;
}

function tags(entry: FaultEntry): Markup {
  const { judged, footnoteOf } = entry.variant;
  const texts = [
    judged ? "judged" : null,
    footnoteOf === null ? null : `footnote to ${footnoteOf}`,
    entry.result.status === "ok" ? null : entry.result.status,
  ].filter((text) => text !== null);
  return html`${texts.map((text) => html` <span class="tag">${text}</span>`)}`;
}

function keyNumbers(entry: FaultEntry): Markup {
  const { result } = entry;
  const numbers: readonly (readonly [string, Markup])[] = [
    [
      "answered",
      html`<span class="text-${availabilityLevel(result.availability)}">${availabilityText(result)}</span>`,
    ],
    ["p99", html`${latencyText(result, result.p99Ms)}`],
    ["detect", html`${duration(result.detectMs)}`],
    ["recover", html`${recoverText(result)}`],
  ];
  return html`<dl>${numbers.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** The script draws into `data-plot`; a reader without it, or without eyes for it, has the words. */
function plots(entry: FaultEntry): Markup {
  const label = `of ${entry.variant.name} under ${entry.result.title}; in words below`;
  return html`<p class="axis-title"><span>requests per second</span><output data-readout="rate"></output></p>
<div class="canvas" data-plot="rate" role="img" aria-label="Answers and errors per second ${label}"></div>
<p class="axis-title"><span>latency, ms</span><output data-readout="latency"></output></p>
<div class="canvas" data-plot="latency" role="img" aria-label="Latency ${label}"></div>`;
}

function words(fault: FaultResult): Markup {
  return html`<details class="in-words"><summary>In words</summary><p>${inWords(fault)}</p></details>`;
}
