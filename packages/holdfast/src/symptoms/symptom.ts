import type { Outcome } from "../core/index.ts";

/** The ids of everything that goes wrong between an application and Redis. */
export type SymptomId =
  | "refused"
  | "reset"
  | "connect-timeout"
  | "command-timeout"
  | "dns"
  | "unreachable"
  | "tls"
  | "auth"
  | "loading"
  | "readonly"
  | "oom"
  | "maxclients"
  | "pool-exhausted"
  | "retries-exhausted"
  | "not-connected"
  | "masterdown"
  | "clusterdown"
  | "cluster-moved"
  | "sentinel"
  | "noscript"
  | "busy"
  | "misconf"
  | "noreplicas"
  | "protocol"
  | "fd-limit"
  | "wrongtype"
  | "crossslot"
  | "syntax";

/** What {@link classify} reads off a live error. */
export interface Classification {
  readonly symptom: SymptomId | undefined;
  readonly outcome: Outcome;
  /** Whether the same command may succeed when it is tried again soon. */
  readonly retryable: boolean;
  /** Whether it says that Redis or the way to it is unwell, and so counts for the breaker. */
  readonly countsAsFailure: boolean;
  /** Who said it: the server by a reply, the client, or the operating system under it. */
  readonly source: "reply" | "client" | "system" | "unknown";
}
