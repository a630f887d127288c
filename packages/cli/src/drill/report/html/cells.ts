import type { FaultResult } from "../../result.ts";
import { absent, count, duration, percentage } from "./format.ts";
import { html, type Markup } from "./markup.ts";

/** How loudly a cell speaks. Colour follows it, and so do the bar's length and the number itself. */
export type Level = "all" | "most" | "some" | "few" | "none";

export function availabilityLevel(availability: number): Level {
  if (availability >= 1) return "all";
  if (availability >= 0.99) return "most";
  if (availability >= 0.5) return "some";
  return availability > 0 ? "few" : "none";
}

export function availabilityText(fault: FaultResult): string {
  return fault.requests === 0 ? absent : percentage(fault.availability);
}

export function latencyText(fault: FaultResult, ms: number): string {
  return fault.requests === 0 ? absent : duration(ms);
}

/** A dash would not tell a breaker that had no reason to open from a variant that has none. */
export function detectCell(fault: FaultResult): Markup {
  if (fault.detectMs !== null) return html`${duration(fault.detectMs)}`;
  const why = fault.timeline.breaker.length === 0 ? "no breaker" : "not opened";
  return html`<span class="quiet">${why}</span>`;
}

export function recoverText(fault: FaultResult): string {
  if (fault.recoverMs !== null) return duration(fault.recoverMs);
  const watchedMs = fault.timeline.durationMs - fault.timeline.fault.toMs;
  return watchedMs > 0 ? `> ${duration(watchedMs)}` : absent;
}

export function primaryPeak(fault: FaultResult): string {
  return `${count(fault.primary.peak)} of ${count(fault.primary.limit)}`;
}

/** A bar of the answered share, for the eye only: the number stands beside it. */
export function availabilityBar(fault: FaultResult): Markup {
  const share = Math.min(
    1,
    Math.max(0, Number.isFinite(fault.availability) ? fault.availability : 0),
  );
  return html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-whole" width="100" height="4"/><rect class="bar-part" width="${Math.floor(share * 1000) / 10}" height="4"/></svg>`;
}
