import type { Speaker, SymptomId } from "holdfast/symptoms";
import type { SourceReport } from "../source.ts";
import type { Burst, Period } from "./bursts.ts";

/** What is told of one log. */
export interface LogFile {
  readonly path: string;
  readonly format: string;
  readonly bytes: number;
  readonly lines: number;
  readonly failures: number;
  /** ISO 8601; null where the log has no times. */
  readonly from: string | null;
  readonly to: string | null;
  /** What was odd: binary content, lines that were cut, times without a zone. */
  readonly notes: readonly string[];
}

export interface SymptomCount {
  readonly symptom: SymptomId;
  readonly count: number;
  /** Of them, those that could also come from another program than Redis. */
  readonly uncertain: number;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  readonly first: { readonly text: string; readonly place: string };
}

export interface NamedCount<Name extends string = string> {
  readonly name: Name;
  readonly count: number;
}

/** `logs` of the doctor's JSON. */
export interface LogsDetails {
  readonly files: readonly LogFile[];
  readonly from: string | null;
  readonly to: string | null;
  /** Most frequent first. */
  readonly symptoms: readonly SymptomCount[];
  /** The symptoms in the order in which they first came. */
  readonly order: readonly SymptomId[];
  readonly clients: readonly NamedCount<Speaker>[];
  /** `host:port`, as far as the messages name them. */
  readonly hosts: readonly NamedCount[];
  readonly processes: readonly NamedCount[];
  readonly bursts: readonly Burst[];
  /** Of the time-outs. */
  readonly period: Period | null;
  readonly timeline: {
    readonly stepMs: number;
    /** `[milliseconds since 1970, count]` for each symptom. */
    readonly series: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  };
}

export interface LogsReport extends SourceReport {
  readonly source: "logs";
  readonly logs: LogsDetails;
}
