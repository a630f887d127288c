import type { Symptom } from "../symptom.ts";

export const oom: Symptom<"oom"> = {
  id: "oom",
  title: "The server is full",
  group: "server",
  meaning:
    "Redis uses all the memory that maxmemory allows, and its eviction policy finds nothing to remove. Commands that may need memory are refused; reads and deletions work.",
  effect:
    "Writes fail while reads go on. Queues and sessions stop, caches stay stale, and it does not pass by itself.",
  outcome: "refused",
  retryable: true,
  // Reads work and refusals are quick: opening a breaker would take away more than it protects.
  countsAsFailure: false,
  causes: [
    "maxmemory-policy is noeviction, as for a queue, and the data grew.",
    "The policy is volatile-* and no key has a time-to-live left.",
    "A stream, list or set grows without a bound.",
    "Client output buffers or replication backlog take the memory.",
  ],
  confirm: [
    { run: "redis-cli INFO memory", tells: "used_memory against maxmemory, and the policy" },
    { run: "redis-cli --bigkeys", tells: "which keys are large" },
    { run: "redis-cli MEMORY STATS", tells: "whether clients or data take it" },
  ],
  fixes: [
    "Delete or trim what grows (XTRIM, LTRIM), and bound it where it is written.",
    "For a pure cache choose an allkeys-* policy; keep queues on another instance.",
    "Raise maxmemory within the machine's memory, less what a fork needs.",
  ],
  wordings: [
    { by: "reply", text: "OOM command not allowed when used memory", role: "cause" },
    { by: "reply", text: "OOM allow-oom flag is not set on the script", role: "cause" },
    { text: "command not allowed when used memory", role: "cause" },
    { text: "allow-oom flag is not set on the script", role: "cause" },
    { text: "command not allowed under OOM prevention", role: "cause" },
    { by: "redisson", text: "RedisOutOfMemoryException", role: "cause" },
    { by: "redis-py", text: "redis.exceptions.OutOfMemoryError", role: "cause" },
    { by: "redis-client", text: "RedisClient::OutOfMemoryError", role: "cause" },
  ],
  replies: ["OOM"],
  faults: ["oom"],
  sources: ["https://redis.io/docs/latest/develop/reference/eviction/"],
};
