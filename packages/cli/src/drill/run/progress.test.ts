import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { faults } from "../faults/index.ts";
import type { Sample } from "../load/sample.ts";
import { skippedResult } from "../measure/fault-result.ts";
import type { FaultResult } from "../result.ts";
import { createProgress } from "./terminal-progress.ts";

const rows = [
  { name: "bare", judged: false },
  { name: "held", judged: true },
];

function fault() {
  const [first] = faults;
  if (first === undefined) throw new Error("there are no faults");
  return first;
}

function results(): FaultResult[] {
  const skipped = skippedResult(fault(), "not here");
  return [
    { ...skipped, status: "ok", reason: null, availability: 0.25 },
    { ...skipped, status: "invalid" },
  ];
}

function sample(target: number, intendedMs: number, outcome: Sample["outcome"]): Sample {
  return { target, intendedMs, endedMs: intendedMs + 1, latencyMs: 1, lagMs: 0, outcome };
}

class Recorder {
  readonly isTTY: boolean;
  readonly columns = 60;
  text = "";

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("writes one line for each fault into a pipe, and no more", () => {
  const output = new Recorder(false);
  const progress = createProgress(output, {}, rows);
  progress.beginFault(fault(), 2, 8);
  progress.phase("fault");
  progress.samples([sample(0, 10, "ok")]);
  vi.advanceTimersByTime(1_000);
  progress.endFault(results());
  progress.close();
  expect(output.text).toBe("[3/8] crash: bare 25.0 %, held invalid\n");
});

it("draws the fault, the phase and a strip for each row on a terminal", () => {
  const output = new Recorder(true);
  const progress = createProgress(output, { NO_COLOR: "1" }, rows);
  progress.beginFault(fault(), 0, 8);
  progress.phase("fault");
  progress.samples([
    ...[10, 300, 600].map((atMs) => sample(1, atMs, "ok")),
    ...[10, 20].map((atMs) => sample(0, atMs, "ok")),
    ...[260, 270].map((atMs) => sample(0, atMs, "timeout")),
    ...[510, 900].map((atMs) => sample(0, atMs, "ok")),
    sample(0, 520, "status"),
    sample(7, 10, "ok"),
  ]);
  vi.advanceTimersByTime(200);
  const [, head, bare, held] = /(\[1\/8\][^\n]*)\n([^\n]*)\n([^\n]*)\n$/.exec(output.text) ?? [];
  expect(head).toBe(`[1/8] crash  ${fault().title}`);
  expect(bare).toBe("  bare    57.1 % █·▄█");
  expect(held).toBe("  held   100.0 % ███");
});

it("draws over itself, ends with the fault's line and shows the cursor again", () => {
  const output = new Recorder(true);
  const progress = createProgress(output, { NO_COLOR: "1" }, rows);
  progress.beginFault(fault(), 0, 8);
  vi.advanceTimersByTime(400);
  expect(output.text).toContain("\u001b[3A\r\u001b[J");
  progress.endFault(results());
  progress.close();
  progress.close();
  const before = output.text;
  vi.advanceTimersByTime(1_000);
  expect(output.text).toBe(before);
  expect(output.text.endsWith("[1/8] crash: bare 25.0 %, held invalid\n\u001b[?25h")).toBe(true);
});

it("keeps a strip within the terminal and within its bound", () => {
  const output = new Recorder(true);
  const progress = createProgress(output, { NO_COLOR: "1" }, rows);
  progress.beginFault(fault(), 0, 1);
  progress.samples(Array.from({ length: 5_000 }, (_, index) => sample(0, index * 250, "ok")));
  vi.advanceTimersByTime(200);
  const widths = output.text.split("\n").map((line) => line.length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(60);
  progress.close();
});
