import type { Symptom } from "../symptom.ts";

export const noscript: Symptom<"noscript"> = {
  id: "noscript",
  title: "The script is not in the server's cache",
  group: "server",
  meaning:
    "The client called a script by its hash, and the server does not have it: its script cache was emptied. Most clients resend the whole script by themselves.",
  effect:
    "Features that run on scripts (locks, rate limits, queues) fail until the script is sent again; a library that loads it once at start fails for ever.",
  outcome: "refused",
  retryable: false,
  countsAsFailure: false,
  causes: [
    "The server restarted or failed over.",
    "SCRIPT FLUSH was run.",
    "In a cluster: the script was loaded on another node.",
  ],
  confirm: [
    { run: "redis-cli SCRIPT EXISTS SHA", tells: "whether that node has it" },
    { run: "redis-cli INFO server | grep uptime_in_seconds", tells: "whether it restarted" },
  ],
  fixes: [
    "Answer NOSCRIPT by EVAL with the whole script.",
    "Use a library that does so; load scripts again after each reconnect.",
  ],
  wordings: [
    { by: "reply", text: "NOSCRIPT No matching script", role: "cause" },
    { text: "No matching script. Please use", role: "cause" },
    { text: "No matching script", generic: true, role: "cause" },
    { text: "NOSCRIPT", generic: true, role: "cause", refine: /^noscript(:| [a-z]|\W*$)/ },
    { text: "NoScriptError", generic: true, role: "cause" },
  ],
  replies: ["NOSCRIPT"],
  faults: ["noscript"],
  sources: ["https://redis.io/docs/latest/develop/programmability/eval-intro/#script-cache"],
};
