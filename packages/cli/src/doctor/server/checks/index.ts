import type { Severity } from "../../source.ts";
import type { Check } from "./check.ts";
import { connectionChecks } from "./connection.ts";

/** Every check of a live server, its host and its clients, in the order of the report. */
export const allChecks: readonly Check[] = [...connectionChecks];

/** A check as `holdfast checks` lists it. */
export interface CheckDescription {
  readonly id: string;
  readonly severity: Severity;
  readonly reads: string;
  readonly threshold: string;
  /** The names under which its numbers can be overridden, with their defaults. */
  readonly limits: Readonly<Record<string, number>>;
  readonly fix: string;
  readonly doc: string;
  readonly from: string;
}

export const checks: readonly CheckDescription[] = allChecks.map(
  ({ id, severity, reads, limits, expected, fix, doc, from }) => ({
    id,
    severity,
    reads,
    threshold: expected(limits),
    limits: Object.fromEntries(
      Object.entries(limits).map(([name, value]) => [`${id}.${name}`, value]),
    ),
    fix,
    doc,
    from,
  }),
);
