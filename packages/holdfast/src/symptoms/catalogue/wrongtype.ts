import type { Symptom } from "../symptom.ts";

export const wrongtype: Symptom<"wrongtype"> = {
  id: "wrongtype",
  title: "The key holds another type",
  group: "application",
  meaning:
    "A command for one type of value was used on a key that holds another. This is an error of the application; Redis is well.",
  effect: "That command fails every time, until the key is deleted or the code is corrected.",
  outcome: "refused",
  retryable: false,
  countsAsFailure: false,
  causes: [
    "Two parts of the application, or two applications, use the same key for different things.",
    "A release changed the type and met old data.",
  ],
  confirm: [{ run: "redis-cli TYPE KEY", tells: "what the key holds" }],
  fixes: ["Give each use its own key prefix.", "Put a version in the key when its type changes."],
  wordings: [
    {
      by: "reply",
      text: "WRONGTYPE Operation against a key holding the wrong kind of value",
      role: "cause",
    },
    { text: "Operation against a key holding the wrong kind of value", role: "cause" },
    { text: "WRONGTYPE", generic: true, role: "cause", refine: /^wrongtype(:| [a-z]|\W*$)/ },
    { text: "Key is not a valid HyperLogLog", role: "cause" },
  ],
  replies: ["WRONGTYPE"],
  faults: [],
  sources: ["https://redis.io/docs/latest/develop/data-types/"],
};
