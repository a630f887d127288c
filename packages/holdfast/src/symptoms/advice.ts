import type { Outcome } from "../core/index.ts";
import type { Symptom } from "./symptom.ts";

const executions: Readonly<Record<Outcome, string>> = {
  "not-sent": "No. The command never left the client.",
  refused: "No. The server answered that it did not execute it.",
  unknown:
    "Perhaps. It was written, or may have been, and no reply came: it may have run, or may still run.",
};

/** Whether the command was executed, in a sentence. */
export function executionAdvice({ outcome }: Pick<Symptom, "outcome">): string {
  return executions[outcome];
}

/** Whether a retry is safe and of use, in a sentence. */
export function retryAdvice({
  outcome,
  retryable,
}: Pick<Symptom, "outcome" | "retryable">): string {
  if (!retryable)
    return "Safe but of no use: the same command will fail again until something is changed.";
  return outcome === "unknown"
    ? "Safe for reads, and for writes that may run twice (SET, DEL). Not for INCR, LPUSH and their like: they could take effect twice."
    : "Safe for every command, with a growing, jittered pause and a limit.";
}
