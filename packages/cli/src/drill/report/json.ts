import type { DrillResult } from "../result.ts";

/** The contract's JSON, numbers as they are and one member a line. */
export function renderJson(result: DrillResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
