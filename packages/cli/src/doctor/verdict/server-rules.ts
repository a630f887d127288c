import type { CauseRules } from "./rule.ts";

/** Causes in the server, on its host and in its deployment. */
export const serverRules: CauseRules<
  | "maxclients"
  | "auth"
  | "protected-mode"
  | "oom-noeviction"
  | "oom-killed"
  | "slow-command"
  | "fork"
  | "disk"
  | "loading"
  | "output-buffer"
  | "failover"
  | "cluster-down"
> = {
  maxclients: {
    title: "the server refuses connections: its maxclients is reached",
    shownBy: ["server", "packets"],
    signals: {
      "logs.maxclients": 5.5,
      "logs.server-maxclients": 3,
      "logs.reset": 1.4,
      "server.maxclients": 6,
      "server.rejected-connections": 3.5,
      "server.clients-near-max": 2,
      "packets.reply-maxclients": 5.5,
      "settings.many-connections": 1,
    },
  },
  auth: {
    title: "the server refuses the credentials, or wants some",
    shownBy: ["logs", "packets"],
    signals: {
      "logs.auth": 5.5,
      "server.auth-refused": 4.5,
      "server.acl-denied": 2,
      "packets.reply-auth": 5.5,
    },
  },
  "protected-mode": {
    title: "protected mode: the server takes connections from its own host only",
    shownBy: ["logs", "server", "packets"],
    signals: {
      "logs.protected-mode": 6,
      "server.protected-mode": 6,
      "packets.reply-denied": 6,
    },
  },
  "oom-noeviction": {
    title: "the server's memory is full and it may evict nothing: it refuses writes",
    shownBy: ["logs", "server", "packets"],
    signals: {
      "logs.oom": 5.5,
      "server.memory-full": 5,
      "server.replied-oom": 3.5,
      "packets.reply-oom": 5.5,
    },
  },
  "oom-killed": {
    title: "the kernel killed redis-server for want of memory",
    shownBy: [],
    signals: {
      "logs.server-oom-killed": 6,
      "logs.reset-then-refused": 1.8,
      "logs.refused": 1.5,
      "logs.reset": 0.5,
      "logs.server-started": 0.2,
      "logs.server-stopped": -3,
      "logs.server-crashed": -2,
      // The host's kernel remembers it for as long as it is up.
      "server.oom-killed": 3.5,
      "server.restarted": 0.8,
      "server.refused": 1.5,
      "packets.reset-then-refused": 1.8,
      "packets.syn-refused": 1.5,
    },
  },
  "slow-command": {
    title: "a slow command or script holds the server's only thread: everybody waits",
    shownBy: ["server", "packets"],
    signals: {
      "logs.command-timeout": 3,
      "logs.busy": 5.5,
      // A server that loads answers now and then only.
      "logs.loading": -1,
      "logs.server-slow-script": 4.5,
      // Calls that wait for a connection time out too: then connecting is what fails.
      "logs.connect-timeout": -1.5,
      "logs.refused": -2,
      "logs.dns": -2,
      "logs.not-connected": -1,
      "logs.timeouts-one-process": -1.5,
      "logs.kernel-gave-up": -2,
      "logs.long-hang": -2,
      "server.slowlog": 3.5,
      "server.busy": 5.5,
      "server.loading": -1.5,
      "server.cpu-saturated": 2.5,
      "server.process-stopped": 3,
      "server.replied-busy": 3,
      "server.silent": 2.5,
      "server.dangerous-commands": 1.5,
      "server.slow-ping": 0.5,
      "server.healthy": -0.5,
      "packets.server-stall": 3.5,
      "packets.slow-one-command": 4,
      "packets.stall-on-writes": -1,
      "packets.reply-busy": 5.5,
      "packets.reply-loading": -2,
      "packets.retransmissions": -1.5,
      "packets.healthy": -2,
    },
  },
  fork: {
    title: "forking for a save or a rewrite stops the server each time",
    shownBy: ["server", "packets"],
    signals: {
      "logs.periodic-timeouts": 2.7,
      "logs.command-timeout": 1,
      "logs.server-fork": 1.5,
      "logs.server-fork-failed": 4,
      "server.fork-slow": 4.5,
      "server.saving": 1,
      "server.slowlog": -0.5,
      "packets.stall-periodic": 3.5,
      "packets.server-stall": 1,
    },
  },
  disk: {
    title: "the server cannot write to its disk, or waits for it",
    shownBy: ["server"],
    signals: {
      "logs.misconf": 5.5,
      "logs.server-disk": 4.5,
      "logs.server-fork-failed": 1,
      "logs.command-timeout": 0.7,
      "server.disk": 5,
      "server.replied-misconf": 3.5,
      "packets.reply-misconf": 5.5,
      "packets.stall-on-writes": 4.5,
    },
  },
  loading: {
    title: "the server is still loading its data after a start",
    shownBy: ["logs", "packets"],
    signals: {
      "logs.loading": 5.5,
      "logs.server-loading": 1.5,
      "server.loading": 5.5,
      "server.replied-loading": 2,
      "server.restarted": 0.5,
      "packets.reply-loading": 5.5,
      "packets.server-stall": 0.9,
      "packets.slow-one-command": 0.5,
    },
  },
  "output-buffer": {
    title: "the server closes clients that read too slowly: their output buffer is full",
    shownBy: ["server", "packets"],
    signals: {
      "logs.server-output-buffer": 6,
      "logs.reset": 1.6,
      "logs.reset-then-refused": -2.5,
      "logs.refused": -1,
      "server.output-buffer": 5.5,
      "server.slow-readers": 3,
      "server.client-unread": 1,
      "packets.close-after-zero-window": 5.5,
      "packets.zero-window": 2,
      "packets.server-closed": 1,
    },
  },
  failover: {
    title: "the primary changed: clients talk to a replica, or the new primary is not ready",
    shownBy: ["logs", "packets"],
    signals: {
      "logs.readonly": 4.5,
      "logs.masterdown": 5,
      "logs.sentinel": 4,
      "logs.noreplicas": 4,
      "logs.failover": 3,
      "logs.server-replica-lost": 1.5,
      "logs.loading": 0.5,
      "server.replica": 3.5,
      "server.role-changed": 4.5,
      "server.replied-readonly": 2.5,
      "server.replied-masterdown": 3,
      "server.replied-noreplicas": 2.5,
      "server.noreplicas": 3,
      "server.link-down": 3,
      "server.failover-going": 4.5,
      "packets.reply-readonly": 4.5,
      "packets.reply-masterdown": 5,
      "packets.reconnect-storm": 0.5,
    },
  },
  "cluster-down": {
    title: "the cluster does not serve all slots, or clients follow redirections without end",
    shownBy: ["logs", "server", "packets"],
    signals: {
      "logs.clusterdown": 5.5,
      "logs.cluster-moved": 4,
      "logs.cluster-state-fail": 4.5,
      "server.cluster-down": 5.5,
      "server.replied-clusterdown": 3.5,
      "packets.reply-clusterdown": 5.5,
      "packets.reply-moved": 3.5,
    },
  },
};
