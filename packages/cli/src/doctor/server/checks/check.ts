import type { Severity } from "../../source.ts";
import type { FactName, Facts, Info } from "../facts.ts";

/** Numbers that a check compares with, by name; each can be overridden. */
export type Limits = Readonly<Record<string, number>>;

export type Judgement =
  | { readonly state: "passed" }
  | { readonly state: "skipped"; readonly reason: string }
  | {
      readonly state: "found";
      readonly severity: Severity;
      readonly observed: string;
      /** In place of the check's own, where the case at hand needs another. */
      readonly fix?: string | undefined;
    };

/** One question to what was learnt, as data and a pure function. */
export interface Check<L extends Limits = Limits> {
  /** Stable: `mem.noeviction`. */
  readonly id: string;
  /** The worst that it can find. */
  readonly severity: Severity;
  /** What it looks at, in words. */
  readonly reads: string;
  /** Facts without which it is skipped. */
  readonly needs: readonly FactName[];
  readonly limits: L;
  /** What a well server shows, in words; for a finding and for `holdfast checks`. */
  readonly expected: (limits: L) => string;
  /** A command or a setting to copy. */
  readonly fix: string;
  /** Where it is explained. */
  readonly doc: string;
  /** Where the threshold comes from. */
  readonly from: string;
  readonly judge: (facts: Facts, limits: L) => Judgement;
}

/** Says in a check's `from` that the threshold is nobody's but ours; the finding then says so too. */
export const ourJudgement = "our judgement";

/** Keeps the names of the limits for the functions that read them. */
export function check<Name extends string>(
  definition: Check<Readonly<Record<Name, number>>>,
): Check {
  return definition as unknown as Check;
}

export const passed: Judgement = { state: "passed" };

export function skip(reason: string): Judgement {
  return { state: "skipped", reason };
}

export function found(severity: Severity, observed: string, fix?: string): Judgement {
  return { state: "found", severity, observed, fix };
}

/** The reason of a check whose field this version or service does not give. */
export function untold(field: string): Judgement {
  return skip(`the server does not tell ${field}`);
}

/** A field of INFO, or a setting, as a number. */
export function numberIn(values: Info | undefined, field: string): number | undefined {
  const text = values?.[field];
  if (text === undefined || text === "") return undefined;
  const number = Number(text.replace(/%$/, ""));
  return Number.isFinite(number) ? number : undefined;
}

/** A field of the newest INFO as a number. */
export function latest(facts: Facts, field: string): number | undefined {
  return numberIn(facts.samples?.second ?? facts.samples?.first, field);
}

/** By how much a counter has grown between the two samples; 0 when it was reset. */
export function growth(facts: Facts, field: string): number | undefined {
  const before = numberIn(facts.samples?.first, field);
  const after = numberIn(facts.samples?.second, field);
  return before === undefined || after === undefined ? undefined : Math.max(0, after - before);
}

/** `1.5 GB`: of 1024, as Redis counts. */
export function bytes(count: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `12.5 ms`, with as many digits as tell something. */
export function milliseconds(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms >= 100 ? Math.round(ms) : Number(ms.toPrecision(2))} ms`;
}

/** `83 %`. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? Math.round(value) : Number(value.toPrecision(2))} %`;
}

/** `1 client`, `2 clients`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
