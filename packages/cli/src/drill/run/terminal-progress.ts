import { styleFor } from "../../terminal/style.ts";
import { LineProgress } from "./line-progress.ts";
import { LiveProgress } from "./live-progress.ts";
import type { Output, Progress, ProgressRow } from "./progress.ts";

/** A live picture on a terminal; one line for each fault elsewhere. */
export function createProgress(
  output: Output,
  environment: Readonly<Record<string, string | undefined>>,
  rows: readonly ProgressRow[],
): Progress {
  return output.isTTY === true && environment.TERM !== "dumb"
    ? new LiveProgress(output, styleFor(output, environment), rows)
    : new LineProgress(output, rows);
}
