import type { Symptom } from "../symptom.ts";

export const masterdown: Symptom<"masterdown"> = {
  id: "masterdown",
  title: "A replica without its primary",
  group: "server",
  meaning:
    "The client asked a replica that lost the link to its primary and is told (replica-serve-stale-data no) not to answer from old data. It refuses even reads.",
  effect: "Everything sent to that replica fails until the link is back or it is promoted.",
  outcome: "refused",
  retryable: true,
  countsAsFailure: true,
  causes: [
    "The primary is down, and no failover has happened yet.",
    "The network between primary and replica is broken.",
    "The replica's password for the primary (masterauth) is wrong.",
  ],
  confirm: [
    {
      run: "redis-cli INFO replication | grep master_",
      tells: "the link's state and for how long it is down",
    },
    {
      run: "redis-cli CONFIG GET replica-serve-stale-data",
      tells: "why it does not answer from what it has",
    },
  ],
  fixes: [
    "Bring the primary back, or promote a replica.",
    "Send this traffic to another node; allow stale reads where they do no harm.",
  ],
  wordings: [
    { by: "reply", text: "MASTERDOWN Link with MASTER is down", role: "cause" },
    { text: "Link with MASTER is down and", role: "cause" },
    { text: "MASTERDOWN", generic: true, role: "cause" },
    { text: "MasterDown: {text}", role: "cause" },
    { by: "redisson", text: "RedisMasterDownException", role: "cause" },
    { by: "redis-py", text: "MasterDownError", role: "cause" },
  ],
  replies: ["MASTERDOWN"],
  faults: ["masterdown"],
  sources: ["https://redis.io/docs/latest/operate/oss_and_stack/management/replication/"],
};
