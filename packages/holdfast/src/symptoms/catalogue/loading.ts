import type { Symptom } from "../symptom.ts";

export const loading: Symptom<"loading"> = {
  id: "loading",
  title: "The server is loading its data",
  group: "server",
  meaning:
    "Redis has just started, or is a replica that received a full copy, and reads its data set into memory. It answers, and refuses nearly every command until it is done.",
  effect:
    "An outage that began with a crash lasts for as long as loading takes: seconds for each gigabyte. It passes by itself.",
  outcome: "refused",
  retryable: true,
  countsAsFailure: true,
  causes: [
    "The server restarted: crash, kill for memory, upgrade, host maintenance.",
    "A replica synchronises in full after its link was lost for too long.",
  ],
  confirm: [
    {
      run: "redis-cli INFO persistence | grep loading",
      tells: "how far it is and how long it will take",
    },
    { run: "redis-cli INFO server | grep uptime_in_seconds", tells: "when it restarted" },
  ],
  fixes: [
    "Wait; retry with a pause. Serve without Redis meanwhile.",
    "Find out why it restarted.",
    "Fail over to a replica in place of restarting; enlarge repl-backlog-size to avoid full copies.",
  ],
  wordings: [
    { by: "reply", text: "LOADING Redis is loading the dataset in memory", role: "cause" },
    { text: "is loading the dataset in memory", role: "cause" },
    { text: "LOADING Valkey is loading", role: "cause" },
    { by: "redis-py", text: "BusyLoadingError", role: "cause" },
    { by: "redis-rs", text: "BusyLoading:", role: "cause" },
    { by: "lettuce", text: "RedisLoadingException", role: "cause" },
  ],
  replies: ["LOADING"],
  faults: ["loading"],
  sources: ["https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/"],
};
