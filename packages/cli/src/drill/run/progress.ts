import type { Fault } from "../faults/fault.ts";
import type { Sample } from "../load/sample.ts";
import type { FaultResult } from "../result.ts";

export type Phase = "preparing" | "warm-up" | "fault" | "recovery";

/** What a row of the progress is about. */
export interface ProgressRow {
  readonly name: string;
  readonly judged: boolean;
}

/** Hears what the drill is doing; draws it where somebody looks on. */
export interface Progress {
  beginFault(fault: Fault, index: number, count: number): void;
  phase(phase: Phase): void;
  /** `target` of a sample is the index of its row. */
  samples(samples: readonly Sample[]): void;
  endFault(results: readonly FaultResult[]): void;
  /** Leaves the terminal as a program finds it. Idempotent. */
  close(): void;
}

/** Where progress is drawn: a part of a standard stream. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}
