/** What can be the root cause of a failing Redis connection, as the doctor's verdict names it. */
export const causeIds = [
  "process-down",
  "firewall",
  "backlog-overflow",
  "dns",
  "stale-dns",
  "maxclients",
  "auth",
  "tls",
  "protected-mode",
  "oom-noeviction",
  "oom-killed",
  "slow-command",
  "fork",
  "disk",
  "loading",
  "packet-loss",
  "dead-peer",
  "idle-timeout",
  "output-buffer",
  "client-event-loop",
  "pool-exhausted",
  "fd-limit",
  "failover",
  "cluster-down",
] as const;

export type CauseId = (typeof causeIds)[number];
