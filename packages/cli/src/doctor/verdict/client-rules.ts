import type { CauseRules } from "./rule.ts";

/** Causes in the client's own process. */
export const clientRules: CauseRules<"client-event-loop" | "pool-exhausted" | "fd-limit"> = {
  "client-event-loop": {
    title: "the client's own process stands still: replies arrive in time and are read too late",
    shownBy: ["packets"],
    signals: {
      "logs.event-loop-blocked": 4.5,
      "logs.timeouts-one-process": 3,
      "logs.command-timeout": 1.9,
      "logs.connect-timeout": -1,
      "logs.refused": -2,
      "logs.dns": -2,
      "logs.kernel-gave-up": -2,
      "logs.busy": -1,
      "server.client-unread": 4,
      "server.client-busy": 3,
      "server.healthy": 0.8,
      "server.slowlog": -2,
      "server.fork-slow": -1,
      "server.slow-ping": -1,
      "packets.client-stall": 5,
      "packets.client-slow": 4,
      "packets.healthy": 0.9,
      "packets.server-stall": -3,
      "packets.retransmissions": -2,
    },
  },
  "pool-exhausted": {
    title: "the client's connection pool is empty: calls wait for a connection, not for Redis",
    shownBy: ["logs"],
    signals: {
      "logs.pool-exhausted": 5.5,
      "server.pool-full": 3,
      "server.healthy": 0.3,
      "packets.few-busy-connections": 2,
      "settings.small-pool": 2,
    },
  },
  "fd-limit": {
    title: "the process has no file descriptors or local ports left",
    shownBy: ["logs"],
    signals: {
      "logs.fd-limit": 5.5,
      "logs.server-fd-limit": 4,
      "server.client-fd-limit": 4.5,
      "server.client-ports-used": 4.5,
      "server.connection-churn": 1,
      "packets.many-short-connections": 3,
      "packets.no-syn": 1,
    },
  },
};
