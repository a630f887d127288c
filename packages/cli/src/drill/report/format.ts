/** A fraction as a percentage that never rounds a failure away: 0.99999 is `99.99 %`. */
export function percentText(fraction: number): string {
  const percent = fraction * 100;
  const rounded = Math.round(percent * 10) / 10;
  if (fraction < 1 && rounded === 100) return `${(Math.floor(percent * 100) / 100).toFixed(2)} %`;
  if (fraction > 0 && rounded === 0) return `${(Math.ceil(percent * 100) / 100).toFixed(2)} %`;
  return `${rounded.toFixed(1)} %`;
}

/** Milliseconds in a unit that reads well. */
export function durationText(ms: number | null): string {
  if (ms === null) return "–";
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
