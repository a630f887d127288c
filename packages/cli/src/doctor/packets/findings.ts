import type { Finding, Severity } from "../source.ts";
import type { PcapSummary } from "./report.ts";
import type { SignalCollector } from "./signs/collector.ts";

/** One thing that is looked at in captures. */
export interface PacketCheck {
  readonly id: string;
  /** The gravest that it may find. */
  readonly severity: Severity;
  readonly reads: string;
  readonly threshold: string;
  /** Wireshark counts; where the line is drawn is our judgement. */
  readonly from: string;
}

interface Rule {
  readonly id: string;
  readonly gravest: Severity;
  readonly title: string;
  readonly doc: string;
  readonly expected: string;
  readonly fix: string;
  readonly look: (
    pcap: PcapSummary,
    has: (id: Parameters<SignalCollector["has"]>[0]) => boolean,
  ) => { readonly severity: Severity; readonly observed: string } | undefined;
}

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.01 ? 2 : 1)} %`;

const docs = {
  tcp: "https://www.wireshark.org/docs/wsug_html_chunked/ChAdvTCPAnalysis.html",
  latency: "https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency/",
  clients: "https://redis.io/docs/latest/develop/reference/clients/",
  tls: "https://redis.io/docs/latest/operate/oss_and_stack/management/security/encryption/",
  backlog: "https://redis.io/docs/latest/operate/oss_and_stack/management/admin/",
} as const;

/* The thresholds are our judgement; the counts are Wireshark's. */
const rules: readonly Rule[] = [
  {
    id: "pcap.loss",
    gravest: "critical",
    doc: docs.tcp,
    title: "segments that had to be sent again",
    expected: "fewer than 1 % of all TCP packets",
    fix: "ip -s link; nstat -az TcpRetransSegs TcpExtTCPSynRetrans; mtr -T -P 6379 HOST",
    look: ({ retransmissions, tcpPackets }) => {
      const share = retransmissions / Math.max(1, tcpPackets);
      if (retransmissions < 3 || share < 0.01) return undefined;
      const observed = `${retransmissions} retransmissions in ${tcpPackets} packets (${percent(share)})`;
      return { severity: share >= 0.05 ? "critical" : "warning", observed };
    },
  },
  {
    id: "pcap.refused",
    gravest: "critical",
    doc: docs.backlog,
    title: "connections that were refused",
    expected: "SYN-ACK for every SYN",
    fix: "redis-cli -h HOST -p PORT ping; systemctl status redis-server; ss -ltn",
    look: ({ refusedConnects, connects }) =>
      refusedConnects === 0
        ? undefined
        : {
            severity: "critical",
            observed: `${refusedConnects} of ${connects} connection attempts were answered by RST`,
          },
  },
  {
    id: "pcap.unanswered",
    gravest: "critical",
    doc: docs.backlog,
    title: "connection attempts that nobody answered",
    expected: "SYN-ACK for every SYN",
    fix: "nft list ruleset; nstat -az TcpExtListenOverflows TcpExtListenDrops; ss -ltn",
    look: ({ unansweredConnects, connects }) =>
      unansweredConnects === 0
        ? undefined
        : {
            severity: "critical",
            observed: `${unansweredConnects} of ${connects} connection attempts got no answer`,
          },
  },
  {
    id: "pcap.stall",
    gravest: "critical",
    doc: docs.latency,
    title: "times in which the server answered nobody",
    expected: "a reply within 100 ms of the request",
    fix: "redis-cli slowlog get 20; redis-cli latency doctor",
    look: (_, has) =>
      has("packets.server-stall")
        ? {
            severity: "critical",
            observed: "requests were acknowledged at once and answered late or never",
          }
        : undefined,
  },
  {
    id: "pcap.latency",
    gravest: "warning",
    doc: docs.latency,
    title: "the slowest requests beside the usual ones",
    expected: "99 % within ten times the median, or within 10 ms",
    fix: "redis-cli --latency-history; redis-cli slowlog get 20",
    look: ({ commands, replies }) => {
      const slow = commands.filter(
        ({ count, p50Ms, p99Ms }) => count >= 100 && p99Ms > 10 && p99Ms > 10 * p50Ms,
      );
      const [worst] = slow;
      if (worst === undefined || replies < 100) return undefined;
      const observed = `${worst.command}: half within ${worst.p50Ms} ms, 1 % over ${worst.p99Ms} ms`;
      return { severity: "warning", observed };
    },
  },
  {
    id: "pcap.reset",
    gravest: "warning",
    doc: docs.clients,
    title: "connections that the server reset amid traffic",
    expected: "connections end with FIN",
    fix: "redis-cli info stats | grep -E 'evicted_clients|rejected'; journalctl -u redis-server",
    look: ({ resets }, has) =>
      has("packets.reset") || has("packets.reset-after-idle")
        ? { severity: "warning", observed: `${resets} RST packets, some of them amid traffic` }
        : undefined,
  },
  {
    id: "pcap.zerowindow",
    gravest: "warning",
    doc: docs.clients,
    title: "receivers that stopped reading",
    expected: "no closed windows",
    fix: "redis-cli client list | sort -t= -k15 -n; redis-cli config get client-output-buffer-limit",
    look: ({ zeroWindows, windowFulls }) =>
      zeroWindows === 0
        ? undefined
        : {
            severity: "warning",
            observed: `${zeroWindows} closed windows, ${windowFulls} windows filled to the brim`,
          },
  },
  {
    id: "pcap.errors",
    gravest: "critical",
    doc: docs.clients,
    title: "error replies that end service",
    expected: "no such replies",
    fix: "holdfast explain REPLY",
    look: ({ errorReplies }, has) => {
      const telling = [
        "packets.reply-maxclients",
        "packets.reply-auth",
        "packets.reply-denied",
        "packets.reply-loading",
        "packets.reply-readonly",
        "packets.reply-oom",
        "packets.reply-misconf",
        "packets.reply-busy",
        "packets.reply-clusterdown",
        "packets.reply-masterdown",
      ] as const;
      if (!telling.some(has)) return undefined;
      const counts = Object.entries(errorReplies).map(([code, count]) => `${count} × ${code}`);
      return { severity: "critical", observed: `error replies: ${counts.join(", ")}` };
    },
  },
  {
    id: "pcap.tls",
    gravest: "critical",
    doc: docs.tls,
    title: "TLS handshakes that failed",
    expected: "both sides speak TLS, or neither",
    fix: "openssl s_client -connect HOST:PORT; rediss:// for a TLS port, redis:// for a plain one",
    look: ({ tlsAlerts }, has) => {
      if (!has("packets.tls-alert") && !has("packets.tls-mismatch")) return undefined;
      const names = Object.keys(tlsAlerts);
      const observed =
        names.length > 0 ? `TLS alerts: ${names.join(", ")}` : "only one side speaks TLS";
      return { severity: "critical", observed };
    },
  },
  {
    id: "pcap.pending",
    gravest: "warning",
    doc: docs.latency,
    title: "requests without a reply",
    expected: "a reply to every request",
    fix: "set the client's command time-out, and look for what held the server up",
    look: ({ unansweredRequests, requests }) =>
      unansweredRequests === 0 || unansweredRequests < requests / 1000
        ? undefined
        : {
            severity: "warning",
            observed: `${unansweredRequests} of ${requests} requests got no reply`,
          },
  },
  {
    id: "pcap.churn",
    gravest: "warning",
    doc: docs.clients,
    title: "connections that live for a request or two",
    expected: "a pool of connections that stay",
    fix: "share one client in the process instead of one for every request",
    look: ({ connects }, has) =>
      has("packets.many-short-connections") || has("packets.reconnect-storm")
        ? { severity: "warning", observed: `${connects} connections were opened in the capture` }
        : undefined,
  },
];

/** For `holdfast checks`. */
export const packetChecks: readonly PacketCheck[] = rules.map(
  ({ id, gravest, title, expected }) => ({
    id,
    severity: gravest,
    reads: title,
    threshold: expected,
    from: "J",
  }),
);

export function packetFindings(
  pcap: PcapSummary,
  has: (id: Parameters<SignalCollector["has"]>[0]) => boolean,
): { findings: Finding[]; passed: string[] } {
  const findings: Finding[] = [];
  const passed: string[] = [];
  for (const { id, expected, fix, doc, look } of rules) {
    const found = look(pcap, has);
    if (found === undefined) passed.push(id);
    else findings.push({ id, ...found, expected, fix, doc });
  }
  return { findings, passed };
}
