import type { DrillResult } from "../../../result.ts";
import { count, counted, duration, moment } from "../format.ts";
import { groupByFault, splitFootnotes } from "../groups.ts";
import { html, type Markup, trusted } from "../markup.ts";

/** A sentence of more characters than this is set smaller. */
const headlineMax = 110;

/** Passed or failed, in a word and in the drill's own sentence. */
export function verdict(result: DrillResult): Markup {
  const outcome = result.passed ? "Passed" : "Failed";
  const sentence = result.summary === "" ? `The drill ${outcome.toLowerCase()}.` : result.summary;
  return html`<header class="verdict ${result.passed ? "passed" : "failed"}">
<p class="kicker">Redis outage drill</p>
<p class="outcome">${mark(result.passed)}${outcome}</p>
<h1${sentence.length > headlineMax ? trusted(' class="long"') : null}>${sentence}</h1>
<p class="scope">${scope(result)}</p>
</header>`;
}

/** The same sign wherever something passed or failed, so that colour alone never says it. */
export function mark(well: boolean): Markup {
  const path = well ? "M3 8.5 6.5 12 13 4.5" : "M4 4 12 12M12 4 4 12";
  return html`<svg class="mark" viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>`;
}

/** Each part stays whole where the line breaks. */
function scope(result: DrillResult): readonly Markup[] {
  const { compared, footnotes } = splitFootnotes(result);
  const { environment } = result;
  const judged = result.variants.filter((variant) => variant.judged).map((variant) => variant.name);
  const parts = [
    judged.length === 0 ? null : `Judged: ${judged.join(", ")}`,
    counted(groupByFault(result).length, "fault"),
    `${counted(compared.length, "variant")}${footnotes.length === 0 ? "" : ` and ${counted(footnotes.length, "footnote")}`}`,
    `${count(environment.rate)} requests/s to each`,
    result.client,
    moment(environment.startedAt),
    `took ${duration(environment.durationMs)}`,
  ];
  return parts
    .filter((part) => part !== null)
    .map((part, at) => html`${at === 0 ? "" : " · "}<span>${part}</span>`);
}
