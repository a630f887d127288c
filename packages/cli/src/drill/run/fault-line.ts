import type { Fault } from "../faults/fault.ts";
import { percentText } from "../report/format.ts";
import type { FaultResult } from "../result.ts";
import type { ProgressRow } from "./progress.ts";

/** The fault that is being drilled, and its place among all. */
export interface CurrentFault {
  readonly fault: Fault;
  readonly index: number;
  readonly count: number;
}

/** `[3/8] boot-without: bare 0.0 %, held 100.0 %` */
export function faultLine(
  { fault, index, count }: CurrentFault,
  rows: readonly ProgressRow[],
  results: readonly FaultResult[],
): string {
  const each = rows.map(({ name }, at) => {
    const result = results[at];
    const told = result?.status === "ok" ? percentText(result.availability) : result?.status;
    return `${name} ${told ?? ""}`;
  });
  return `[${index + 1}/${count}] ${fault.id}: ${each.join(", ")}\n`;
}
