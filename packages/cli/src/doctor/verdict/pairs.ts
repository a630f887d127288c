import type { CauseId } from "../causes.ts";
import type { SourceKind } from "../source.ts";

/** Two causes that look the same from one side, and what tells them apart. */
interface HardPair {
  readonly causes: readonly [CauseId, CauseId];
  /** Of each source that is missing, what to collect. */
  readonly collect: Readonly<Partial<Record<SourceKind, string>>>;
}

const capture = "holdfast capture --seconds 60 redis.pcap, then add --pcap redis.pcap";
const server = "add --redis redis://HOST:PORT";

const pairs: readonly HardPair[] = [
  {
    causes: ["firewall", "backlog-overflow"],
    collect: {
      packets: `${capture}: no SYN is answered (firewall), or some are (backlog)`,
      server: `${server} on the server's host: it counts overflows of the listen queue`,
    },
  },
  {
    causes: ["slow-command", "packet-loss"],
    collect: {
      packets: `${capture}: requests acknowledged at once and answered late (slow command), or retransmitted (loss)`,
      server: `${server}: SLOWLOG has the commands, or is empty`,
    },
  },
  {
    causes: ["slow-command", "client-event-loop"],
    collect: {
      server: `${server}: SLOWLOG has the commands, or is empty`,
      packets: `${capture}: replies that arrive before the time-out mean that the client is late`,
    },
  },
  {
    causes: ["packet-loss", "client-event-loop"],
    collect: { packets: `${capture}: retransmissions, or replies that arrive in time` },
  },
  {
    causes: ["slow-command", "fork"],
    collect: { server: `${server}: latest_fork_usec and SLOWLOG` },
  },
  {
    causes: ["dead-peer", "idle-timeout"],
    collect: {
      packets: `${capture}: retransmissions without an answer (dead peer), or FIN or RST after a pause (idle)`,
      server: `${server}: its timeout setting, and whether it still lists the client`,
    },
  },
  {
    causes: ["maxclients", "output-buffer"],
    collect: {
      logs: "add redis-server's own log with --log: it names the clients that it closed",
      server: `${server}: rejected_connections, client_output_buffer_limit_disconnections`,
    },
  },
  {
    causes: ["idle-timeout", "output-buffer"],
    collect: {
      server: `${server}: its timeout setting, client_output_buffer_limit_disconnections`,
      packets: `${capture}: a pause before the end (idle), or a zero window (output buffer)`,
    },
  },
  {
    causes: ["idle-timeout", "maxclients"],
    collect: { server: `${server}: its timeout setting, rejected_connections` },
  },
  {
    causes: ["process-down", "oom-killed"],
    collect: {
      logs: "add the kernel's log with --log: journalctl -k > kernel.log",
      server: `${server}: since when it is up`,
    },
  },
  {
    causes: ["failover", "stale-dns"],
    collect: { server: `${server}: its role, and where its name leads now` },
  },
];

/** What would tell two causes apart that has not been looked at; empty where nothing is missing. */
export function whatTellsApart(
  first: CauseId,
  second: CauseId,
  looked: readonly SourceKind[],
): string[] {
  const pair = pairs.find(({ causes }) => causes.includes(first) && causes.includes(second));
  return Object.entries(pair?.collect ?? {})
    .filter(([source]) => source === "logs" || !looked.includes(source as SourceKind))
    .map(([, text]) => text);
}
