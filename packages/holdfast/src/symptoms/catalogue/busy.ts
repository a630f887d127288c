import type { Symptom } from "../symptom.ts";

export const busy: Symptom<"busy"> = {
  id: "busy",
  title: "A script holds the server",
  group: "server",
  meaning:
    "A Lua script or function, run by any client, has taken longer than the server's limit (5 seconds by default). Until it ends, the server refuses all but a few commands.",
  effect:
    "Everybody's commands hang for the first seconds and are then refused. A script that has written cannot be killed without losing data.",
  outcome: "refused",
  retryable: true,
  countsAsFailure: true,
  causes: [
    "A script loops over far more data than it was written for.",
    "A script never ends.",
    "A module's command holds the server.",
  ],
  confirm: [
    {
      run: "redis-cli SCRIPT KILL",
      tells: "by its refusal (UNKILLABLE) that the script has written; else it ends the script",
    },
    { run: "redis-cli FUNCTION STATS", tells: "which function runs and for how long" },
    { run: "redis-cli SLOWLOG GET 5", tells: "afterwards: which script it was" },
  ],
  fixes: [
    "End it by SCRIPT KILL or FUNCTION KILL; after UNKILLABLE only SHUTDOWN NOSAVE is left.",
    "Bound the work of each script call.",
  ],
  wordings: [
    { by: "reply", text: "BUSY Redis is busy running a script", role: "cause" },
    { text: "Redis is busy running a", role: "cause" },
    { text: "is busy running a script. You can only call", role: "cause" },
    { text: "BUSY Valkey is busy", role: "cause" },
    { by: "jedis", text: "JedisBusyException", role: "cause" },
  ],
  replies: ["BUSY"],
  faults: ["busy-script", "unkillable"],
  sources: ["https://redis.io/docs/latest/develop/programmability/#maximum-execution-time"],
};
