import type { Symptom } from "../symptom.ts";

export const readonly: Symptom<"readonly"> = {
  id: "readonly",
  title: "A write reached a read-only replica",
  group: "server",
  meaning:
    "The client is connected to a replica, which takes no writes. After a failover this is the former primary under an address that the client still uses.",
  effect:
    "Reads go on and may be stale, every write fails. The connection looks healthy, so a client that only reconnects after errors of the socket stays on the wrong node for ever.",
  outcome: "refused",
  retryable: true,
  // Reads work and refusals are quick: opening a breaker would take away more than it protects.
  countsAsFailure: false,
  causes: [
    "A failover made the node a replica, and the client kept its connection.",
    "The client was given a replica's or reader's endpoint.",
    "The node restarted as a replica, or REPLICAOF was run on it.",
  ],
  confirm: [
    { run: "redis-cli -h HOST ROLE", tells: "whether that node is master or slave, and of whom" },
    { run: "dig +short ENDPOINT", tells: "whether the name now leads elsewhere" },
  ],
  fixes: [
    "Reconnect on READONLY, resolving the name again (ioredis: reconnectOnError).",
    "Connect through Sentinel, Cluster or the primary's endpoint.",
    "Lower the DNS time-to-live of the endpoint.",
  ],
  wordings: [
    { by: "reply", text: "READONLY You can't write against a read only replica", role: "cause" },
    { by: "reply", text: "READONLY You can't write against a read only slave", role: "cause" },
    { text: "can't write against a read", role: "cause" },
    { text: "cannot write against a read", role: "cause" },
    { text: "Can not run script with write flag on readonly replica", role: "cause" },
    { text: "UNBLOCKED force unblock from blocking operation", role: "cause" },
    { text: "force unblock from blocking operation, instance state changed", role: "cause" },
    {
      by: "stackexchange-redis",
      text: "Command cannot be issued to a replica",
      outcome: "not-sent",
      role: "cause",
    },
    {
      by: "stackexchange-redis",
      text: "Command cannot be issued to a slave",
      outcome: "not-sent",
      role: "cause",
    },
    {
      by: "stackexchange-redis",
      text: "requires writable - not eligible for replica",
      outcome: "not-sent",
      role: "wrapper",
    },
    { by: "lettuce", text: "RedisReadOnlyException", role: "cause" },
    { by: "redis-py", text: "ReadOnlyError", generic: true, role: "cause" },
  ],
  replies: ["READONLY", "UNBLOCKED"],
  faults: ["readonly", "failover"],
  sources: [
    "https://redis.io/docs/latest/operate/oss_and_stack/management/replication/#read-only-replica",
  ],
};
