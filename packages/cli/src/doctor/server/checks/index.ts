import type { Severity } from "../../source.ts";
import type { Check } from "./check.ts";
import { clientChecks } from "./clients.ts";
import { clusterChecks } from "./cluster.ts";
import { connectionChecks } from "./connection.ts";
import { keyChecks } from "./keys.ts";
import { latencyChecks } from "./latency.ts";
import { memoryChecks } from "./memory.ts";
import { persistenceChecks } from "./persistence.ts";
import { processorChecks } from "./processor.ts";
import { replicationChecks } from "./replication.ts";
import { securityChecks } from "./security.ts";
import { sentinelChecks } from "./sentinel.ts";
import { systemChecks } from "./system.ts";

/** Every check of a live server, its host and its clients, in the order of the report. */
export const allChecks: readonly Check[] = [
  ...connectionChecks,
  ...securityChecks,
  ...memoryChecks,
  ...processorChecks,
  ...latencyChecks,
  ...persistenceChecks,
  ...replicationChecks,
  ...clusterChecks,
  ...sentinelChecks,
  ...clientChecks,
  ...systemChecks,
  ...keyChecks,
];

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
