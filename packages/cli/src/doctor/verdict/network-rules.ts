import type { CauseRules } from "./rule.ts";

/** Causes on the way to the server. */
export const networkRules: CauseRules<
  | "process-down"
  | "firewall"
  | "backlog-overflow"
  | "dns"
  | "stale-dns"
  | "tls"
  | "packet-loss"
  | "dead-peer"
  | "idle-timeout"
> = {
  "process-down": {
    title: "nothing listens on the server's port: redis-server is not running there",
    shownBy: ["logs", "packets"],
    signals: {
      "logs.refused": 4,
      "logs.reset-then-refused": 0.3,
      "logs.server-stopped": 3,
      "logs.server-crashed": 3,
      "logs.not-connected": 0.8,
      "logs.retries-exhausted": 0.8,
      "logs.server-oom-killed": -1.5,
      "server.refused": 5,
      // It was down, then; alone that is no failure.
      "server.restarted": 0.9,
      "server.healthy": -1,
      "packets.syn-refused": 4.5,
      "packets.reset-then-refused": 1.2,
      "packets.healthy": -1,
    },
  },
  firewall: {
    title: "packets to the server are dropped: a firewall, security group or route",
    shownBy: ["packets"],
    signals: {
      "logs.connect-timeout": 4,
      "logs.unreachable": 4,
      "logs.some-connects-succeed": -2.5,
      "logs.refused": -0.5,
      "logs.server-syn-flooding": -2,
      "server.connect-timeout": 5,
      "server.unreachable": 5,
      "server.listen-overflows": -2,
      "server.some-connects-time-out": -2,
      "packets.syn-unanswered": 5,
      "packets.some-syns-unanswered": -2.5,
    },
  },
  "backlog-overflow": {
    title: "the server's listen queue overflows: it accepts connections too slowly",
    shownBy: ["server", "packets"],
    signals: {
      "logs.connect-timeout": 3.2,
      "logs.some-connects-succeed": 2.5,
      "logs.server-syn-flooding": 4,
      "logs.server-backlog-cut": 1,
      "server.listen-overflows": 4,
      "server.some-connects-time-out": 4.5,
      "server.connect-timeout": 3,
      "server.process-stopped": 2,
      "packets.some-syns-unanswered": 5,
      "packets.retransmissions": -1.5,
      "packets.syn-unanswered": 2,
    },
  },
  dns: {
    title: "the server's name does not resolve",
    shownBy: ["logs", "server"],
    signals: {
      "logs.dns": 5.5,
      "server.dns-failed": 5.5,
      "packets.no-syn": 1.5,
    },
  },
  "stale-dns": {
    title: "clients still use an address that the server's name had before a failover",
    shownBy: ["server"],
    signals: {
      "logs.readonly": 1.5,
      "logs.connect-timeout": 0.5,
      "logs.failover": 0.5,
      "server.dns-drift": 5,
      "server.connections-elsewhere": 4.5,
      "server.replica": 0.5,
      "packets.reply-readonly": 1,
      "settings.resolves-once": 2,
    },
  },
  tls: {
    title: "TLS fails: a certificate, or one side speaks TLS and the other does not",
    shownBy: ["logs", "server", "packets"],
    signals: {
      "logs.tls": 5.5,
      "logs.server-tls-error": 4,
      "logs.protocol": 2,
      "logs.reset": 0.3,
      "server.tls-failed": 5,
      "server.tls-mismatch": 5.5,
      "server.tls-expired": 5,
      "server.tls-untrusted": 3.5,
      "server.closed": 1,
      "packets.tls-alert": 5,
      "packets.tls-mismatch": 5.5,
      "settings.tls-mismatch": 4,
    },
  },
  "packet-loss": {
    title: "packets are lost on the way: each loss delays a command by 200 ms or more",
    shownBy: ["packets"],
    signals: {
      "logs.command-timeout": 2.2,
      "logs.connect-timeout": 0.5,
      "logs.reset": 0.3,
      "logs.periodic-timeouts": -1,
      "logs.refused": -2,
      "logs.dns": -2,
      "server.retransmissions": 3.5,
      "server.ping-steps": 3.5,
      "server.unacknowledged": 1,
      "server.slow-ping": 1,
      "server.slowlog": -2,
      "server.healthy": 0.7,
      "packets.retransmissions": 5,
      "packets.some-syns-unanswered": 0.5,
      "packets.server-stall": -1.5,
      "packets.dead-peer": -1,
      "packets.healthy": -2.5,
    },
  },
  "dead-peer": {
    title: "the other end of established connections vanished without closing them",
    shownBy: ["packets"],
    signals: {
      "logs.long-hang": 4,
      "logs.kernel-gave-up": 4.5,
      "logs.command-timeout": 1.2,
      "logs.unreachable": 0.5,
      "server.unacknowledged": 4.5,
      "server.healthy": 0.3,
      "packets.dead-peer": 6,
      "packets.syn-unanswered": -1,
      "settings.no-keepalive": 1,
      "settings.no-command-timeout": 0.5,
    },
  },
  "idle-timeout": {
    title: "idle connections are closed by the server, or by something between",
    shownBy: ["packets"],
    signals: {
      "logs.reset-after-idle": 4,
      "logs.reset": 2,
      "logs.server-idle-close": 4,
      "logs.reset-then-refused": -2.5,
      "logs.refused": -1,
      "logs.kernel-gave-up": 0.5,
      "server.idle-timeout": 2.5,
      "server.restarted": -0.5,
      "packets.fin-after-idle": 5,
      "packets.reset-after-idle": 5,
      "packets.reset": -1,
      "settings.idle-longer-than-server": 2.5,
    },
  },
};
