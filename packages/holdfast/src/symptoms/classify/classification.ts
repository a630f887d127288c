import type { Outcome } from "../../core/index.ts";
import type { SymptomId } from "../symptom.ts";

/** What {@link classify} reads off a live error. */
export interface Classification {
  /** `undefined` for an error that is no symptom: a refusal of the command's own, or not Redis. */
  readonly symptom: SymptomId | undefined;
  readonly outcome: Outcome;
  /** Whether the same command may succeed when it is tried again soon. */
  readonly retryable: boolean;
  /** Whether it says that Redis or the way to it is unwell, and so counts for the breaker. */
  readonly countsAsFailure: boolean;
  /** Who said it: the server by a reply, the client, or the operating system under it. */
  readonly source: "reply" | "client" | "system" | "unknown";
}
