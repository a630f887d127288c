import type { SignalId } from "./signals.ts";

/** Where the doctor's knowledge comes from. */
export type SourceKind = "logs" | "server" | "packets" | "settings";

/** Something that was seen, with its place, so that a reader can look for themselves. */
export interface Evidence {
  /** What was seen, quoted where it can be: one line, at most 200 characters, no secret in it. */
  readonly text: string;
  /** `app.log:120`, `INFO memory used_memory`, `capture.pcap frame 17`. */
  readonly place: string;
  /** When it happened, in milliseconds since 1970, where that is known. */
  readonly at?: number | undefined;
}

/** A fact that speaks for or against causes; the verdict's rules weigh it. */
export interface Signal {
  readonly id: SignalId;
  /** How often it was seen; 1 for a state. */
  readonly count: number;
  /** At most {@link maxEvidence}: the first ones, and the last. */
  readonly evidence: readonly Evidence[];
}

/** The most pieces of evidence that a signal carries. */
export const maxEvidence = 5;

export type Severity = "critical" | "warning" | "information";

/** A check that found something, whether or not it is the cause. */
export interface Finding {
  /** Stable, as `holdfast checks` lists it: `mem.noeviction`. */
  readonly id: string;
  readonly severity: Severity;
  readonly observed: string;
  readonly expected: string;
  /** A command or a setting to copy. */
  readonly fix: string;
  /** Where it is explained. */
  readonly doc: string;
  /** `file:line` for a finding in settings. */
  readonly place?: string | undefined;
}

/** A check, or a source, that could not be looked at, with the reason. */
export interface Skipped {
  readonly id: string;
  readonly reason: string;
}

/** What one source says. Each room adds its own details for the reports. */
export interface SourceReport {
  readonly source: SourceKind;
  readonly signals: readonly Signal[];
  readonly findings: readonly Finding[];
  /** Ids of the checks that ran and found nothing, for `--verbose`. */
  readonly passed: readonly string[];
  readonly skipped: readonly Skipped[];
}

/** How far a long examination is; called often, must be cheap. */
export type OnProgress = (progress: {
  /** What is being done, in a few words. */
  readonly step: string;
  /** 0 to 1, where the end is known. */
  readonly share?: number | undefined;
}) => void;
