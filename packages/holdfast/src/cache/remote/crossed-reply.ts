import { HoldfastError } from "../../core/index.ts";
import type { Counters } from "../stats.ts";

/**
 * Counts a reply that was meant for another command, and gives the error for it. A client that
 * drops a command and leaves its reply in the socket gives every later command the reply of the one
 * before it: https://openai.com/index/march-20-chatgpt-outage/
 */
export function crossedReply(counters: Counters): HoldfastError {
  counters.crossed++;
  return new HoldfastError("HOLDFAST_UNAVAILABLE", "Redis gave the cache another command's reply", {
    outcome: "unknown",
    symptom: "protocol",
    attempts: 1,
  });
}
