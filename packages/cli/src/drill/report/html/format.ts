/** What stands where there is no number. */
export const absent = "–";

const noBreakSpace = "\u00a0";

/**
 * A fraction as a percentage, cut and never rounded: one lost request in a million must not read
 * as 100 %.
 */
export function percentage(fraction: number): string {
  if (!Number.isFinite(fraction)) return absent;
  const hundredths = Math.floor(fraction * 10_000 + 1e-7);
  return `${(hundredths / 100).toString()}${noBreakSpace}%`;
}

/** A duration with the unit that reads best: 0.06 ms, 4.2 ms, 180 ms, 1.25 s, 12.5 s, 2 min 38 s. */
export function duration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return absent;
  if (ms === 0) return `0${noBreakSpace}ms`;
  if (ms < 0.995) return `${ms.toFixed(2)}${noBreakSpace}ms`;
  if (ms < 9.95) return `${ms.toFixed(1)}${noBreakSpace}ms`;
  if (ms < 999.5) return `${ms.toFixed(0)}${noBreakSpace}ms`;
  const seconds = ms / 1000;
  if (seconds >= 99.95) return minutes(Math.round(seconds));
  return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)}${noBreakSpace}s`;
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}${noBreakSpace}min ${seconds % 60}${noBreakSpace}s`;
}

/** A whole number with its thousands set apart. */
export function count(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return absent;
  return Math.round(value).toLocaleString("en-US");
}

/** A heading starts with a capital; a fault's title is written to stand inside a sentence. */
export function heading(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase("en-US") + text.slice(1);
}

/** `1 fault`, `8 faults`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** An ISO time as `2026-03-04 05:06 UTC`; text that is no time is given back as it is. */
export function moment(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
