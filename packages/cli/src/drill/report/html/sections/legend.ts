import { html, type Markup } from "../markup.ts";

/** The key of a fault's plots. Every kind differs in shape as well as in colour. */
export function legend(): Markup {
  return html`<ul class="legend" aria-label="Key">${entries.map(
    ([kind, name]) => html`<li>${swatch(kind)}${name}</li>`,
  )}</ul>`;
}

type Kind = "succeeded" | "failed" | "p50" | "p99" | "fault" | "closed" | "half-open" | "open";

const entries: readonly (readonly [Kind, string])[] = [
  ["succeeded", "answered"],
  ["failed", "errors"],
  ["p99", "p99"],
  ["p50", "p50"],
  ["fault", "fault in place"],
  ["closed", "breaker closed"],
  ["half-open", "half-open"],
  ["open", "open"],
];

function swatch(kind: Kind): Markup {
  return html`<svg class="swatch swatch-${kind}" viewBox="0 0 22 12" aria-hidden="true">${shapes[kind]}</svg>`;
}

const stripes = html`<path class="stripes" d="M-1 12 11 0M5 12 17 0M11 12 23 0M-7 12 5 0"/>`;
const lane = html`<rect y="2" width="22" height="8"/>`;

const shapes: Readonly<Record<Kind, Markup>> = {
  succeeded: html`<rect width="22" height="12"/><path class="edge" d="M0 1H22"/>`,
  failed: html`<rect width="22" height="12"/>${stripes}<path class="edge" d="M0 1H22"/>`,
  p99: html`<path d="M0 6H22"/>`,
  p50: html`<path d="M0 6H22"/>`,
  fault: html`<rect width="22" height="12"/><path d="M1 0V12M21 0V12"/>`,
  closed: lane,
  "half-open": html`${lane}<path class="stripes" d="M1 10 9 2M8 10 16 2M15 10 22 3"/>`,
  open: lane,
};
