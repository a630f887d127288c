import type { Fault } from "../faults/fault.ts";
import type { FaultResult } from "../result.ts";
import { type CurrentFault, faultLine } from "./fault-line.ts";
import type { Output, Progress, ProgressRow } from "./progress.ts";

/** One line for each fault, for logs and pipes. */
export class LineProgress implements Progress {
  readonly #output: Output;
  readonly #rows: readonly ProgressRow[];
  #current: CurrentFault | undefined;

  constructor(output: Output, rows: readonly ProgressRow[]) {
    this.#output = output;
    this.#rows = rows;
  }

  beginFault(fault: Fault, index: number, count: number): void {
    this.#current = { fault, index, count };
  }

  phase(): void {}

  samples(): void {}

  endFault(results: readonly FaultResult[]): void {
    if (this.#current) this.#output.write(faultLine(this.#current, this.#rows, results));
  }

  close(): void {}
}
