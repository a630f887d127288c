import type { Symptom } from "../symptom.ts";

export const noreplicas: Symptom<"noreplicas"> = {
  id: "noreplicas",
  title: "Writes refused: too few replicas",
  group: "server",
  meaning:
    "The primary has fewer replicas in step than min-replicas-to-write demands, and refuses writes so that they are not lost in a failover. Reads work.",
  effect: "All writes fail until a replica is back in step.",
  outcome: "refused",
  retryable: true,
  // Reads work and refusals are quick: opening a breaker would take away more than it protects.
  countsAsFailure: false,
  causes: [
    "A replica is down, or in a full synchronisation.",
    "The replication link is slower than min-replicas-max-lag allows.",
    "The primary is on the wrong side of a network partition.",
  ],
  confirm: [
    { run: "redis-cli INFO replication", tells: "connected replicas and their lag" },
    { run: "redis-cli CONFIG GET 'min-replicas-*'", tells: "what is demanded" },
  ],
  fixes: [
    "Bring the replicas back.",
    "Lower min-replicas-to-write where losing writes is acceptable.",
  ],
  wordings: [
    { by: "reply", text: "NOREPLICAS Not enough good replicas to write", role: "cause" },
    { by: "reply", text: "NOREPLICAS Not enough good slaves to write", role: "cause" },
    { text: "Not enough good replicas to write", role: "cause" },
    { text: "Not enough good slaves to write", role: "cause" },
    { by: "redisson", text: "RedisNoReplicasException", role: "cause" },
  ],
  replies: ["NOREPLICAS"],
  faults: ["noreplicas"],
  sources: [
    "https://redis.io/docs/latest/operate/oss_and_stack/management/replication/#allow-writes-only-with-n-attached-replicas",
  ],
};
