import type { Style } from "../../terminal/style.ts";
import type { Fault } from "../faults/fault.ts";
import type { Sample } from "../load/sample.ts";
import { percentText } from "../report/format.ts";
import type { FaultResult } from "../result.ts";
import { type CurrentFault, faultLine } from "./fault-line.ts";
import type { Output, Phase, Progress, ProgressRow } from "./progress.ts";

const drawMs = 200;
/** A cell of a strip stands for this much of the schedule, in milliseconds. */
const cellMs = 250;
const stripMax = 80;
const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const clearBelow = "\u001b[J";

interface Cell {
  ok: number;
  all: number;
}

/** Draws the fault, its phase and a strip of availability for each row, in place. */
export class LiveProgress implements Progress {
  readonly #output: Output;
  readonly #style: Style;
  readonly #rows: readonly ProgressRow[];
  #current: CurrentFault | undefined;
  #phase: Phase = "preparing";
  #strips: Cell[][] = [];
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(output: Output, style: Style, rows: readonly ProgressRow[]) {
    this.#output = output;
    this.#style = style;
    this.#rows = rows;
  }

  beginFault(fault: Fault, index: number, count: number): void {
    this.#current = { fault, index, count };
    this.#strips = this.#rows.map(() => []);
    this.#output.write(hideCursor);
    this.#timer ??= setInterval(() => this.#draw(), drawMs);
  }

  phase(phase: Phase): void {
    this.#phase = phase;
  }

  samples(samples: readonly Sample[]): void {
    for (const { target, intendedMs, outcome } of samples) {
      const strip = this.#strips[target];
      const at = Math.floor(intendedMs / cellMs);
      if (strip === undefined || at >= 1_000) continue;
      while (strip.length <= at) strip.push({ ok: 0, all: 0 });
      const cell = strip[at];
      if (cell === undefined) continue;
      cell.all += 1;
      if (outcome === "ok") cell.ok += 1;
    }
  }

  endFault(results: readonly FaultResult[]): void {
    this.#erase();
    if (this.#current) this.#output.write(faultLine(this.#current, this.#rows, results));
    this.#current = undefined;
  }

  close(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#erase();
    this.#output.write(showCursor);
  }

  #draw(): void {
    if (this.#current === undefined) return;
    const { fault, index, count } = this.#current;
    const phase = this.#phase === "fault" ? this.#style.red(fault.title) : this.#phase;
    const width = Math.max(...this.#rows.map(({ name }) => name.length));
    const lines = this.#rows.map((row, at) => {
      const name = row.name.padEnd(width);
      return `  ${row.judged ? this.#style.bold(name) : name}  ${this.#strip(at, width)}`;
    });
    const head = `${this.#style.bold(`[${index + 1}/${count}] ${fault.id}`)}  ${phase}`;
    this.#erase();
    this.#output.write(`${[head, ...lines].join("\n")}\n`);
    this.#drawn = lines.length + 1;
  }

  /** The last cells, and the availability of the last second. */
  #strip(at: number, nameWidth: number): string {
    const cells = this.#strips[at] ?? [];
    const room = Math.max(10, Math.min(stripMax, (this.#output.columns ?? 80) - nameWidth - 14));
    const second = cells.slice(-1_000 / cellMs);
    const all = second.reduce((sum, cell) => sum + cell.all, 0);
    const ok = second.reduce((sum, cell) => sum + cell.ok, 0);
    const now = all === 0 ? "" : percentText(ok / all);
    const drawn = cells.slice(-room).map((cell) => this.#cell(cell));
    return `${now.padStart(8)} ${drawn.join("")}`;
  }

  /** The shapes tell it without colours too. */
  #cell({ ok, all }: Cell): string {
    if (all === 0) return " ";
    if (ok === all) return this.#style.green("█");
    return ok === 0 ? this.#style.red("·") : this.#style.yellow("▄");
  }

  #erase(): void {
    if (this.#drawn > 0) this.#output.write(`\u001b[${this.#drawn}A\r${clearBelow}`);
    this.#drawn = 0;
  }
}
