import type { SourceReport } from "../source.ts";
import type { LoginOutcome } from "./facts.ts";

/** One rung of the ladder, in the order in which they were climbed. */
export interface Step {
  readonly step: "sentinel" | "dns" | "connect" | "tls" | "login" | "ping" | "info";
  readonly ok: boolean;
  /** What was seen, in a few words. */
  readonly text: string;
  readonly ms?: number | undefined;
}

/** What `--json` shows as `server`, beside the signals and findings. */
export interface ServerDetails {
  /** The URL without credentials. */
  readonly target: string;
  readonly steps: readonly Step[];
  readonly version?: string | undefined;
  readonly mode?: string | undefined;
  readonly role?: string | undefined;
  readonly uptimeSeconds?: number | undefined;
  readonly usedMemoryBytes?: number | undefined;
  /** 0: no limit. */
  readonly maxMemoryBytes?: number | undefined;
  readonly connectedClients?: number | undefined;
  readonly maxClients?: number | undefined;
  readonly operationsPerSecond?: number | undefined;
  /** Of PING, in milliseconds. */
  readonly pingMs?:
    | { readonly count: number; readonly p50: number; readonly p99: number; readonly max: number }
    | undefined;
  /** Every PING's latency in order, in milliseconds, for a plot. */
  readonly pings: readonly number[];
  readonly sampleMs: number;
  /** The server's own log, where it is a file on this host: `--log` reads it. */
  readonly logFile?: string | undefined;
}

export interface ServerReport extends SourceReport {
  readonly source: "server";
  /** Whether it answered at least one command: also an error reply is an answer. */
  readonly reached: boolean;
  readonly outcome: LoginOutcome | "unreachable";
  readonly server: ServerDetails;
}
