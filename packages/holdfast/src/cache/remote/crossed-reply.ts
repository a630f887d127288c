import { HoldfastError } from "../../core/index.ts";

/**
 * The error for a reply that was meant for another command. A client that
 * drops a command and leaves its reply in the socket gives every later command the reply of the one
 * before it: https://openai.com/index/march-20-chatgpt-outage/
 */
export function crossedReply(onCrossed: () => void): HoldfastError {
  onCrossed();
  return new HoldfastError("HOLDFAST_UNAVAILABLE", "Redis gave the cache another command's reply", {
    outcome: "unknown",
    symptom: "protocol",
    attempts: 1,
  });
}
