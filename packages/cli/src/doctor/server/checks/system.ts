import type { ClientProcess, Facts, OomKill } from "../facts.ts";
import {
  bytes,
  type Check,
  check,
  found,
  latest,
  numberIn,
  ourJudgement,
  passed,
  percent,
  plural,
  skip,
  untold,
} from "./check.ts";
import { docs } from "./docs.ts";
import { redis } from "./sources.ts";

const notHere = "the server runs on another host";

export const systemChecks: readonly Check[] = [
  check({
    id: "os.thp",
    severity: "warning",
    reads: "/proc/PID/smaps_rollup: AnonHugePages; /sys/kernel/mm/transparent_hugepage/enabled",
    needs: ["host"],
    limits: {},
    expected: () => "the process has no huge pages",
    fix: "echo never > /sys/kernel/mm/transparent_hugepage/enabled, then restart Redis",
    doc: docs.latency,
    from: redis,
    judge: ({ host, target }) => {
      if (!target.thisHost) return skip(notHere);
      const size = host?.process?.hugePageBytes;
      if (size !== undefined && size > 0) return found("warning", `${bytes(size)} in huge pages`);
      if (size !== undefined) return passed;
      const mode = host?.settings.transparent_hugepage;
      if (mode === undefined) return skip("neither can be read");
      return mode.includes("[always]") ? found("warning", `transparent_hugepage: ${mode}`) : passed;
    },
  }),
  check({
    id: "os.overcommit",
    severity: "warning",
    reads: "/proc/sys/vm/overcommit_memory",
    needs: ["host"],
    limits: {},
    expected: () => "1",
    fix: "sysctl vm.overcommit_memory=1, and the same in /etc/sysctl.conf: a fork may fail without it",
    doc: docs.administration,
    from: redis,
    judge: ({ host, target }) => {
      if (!target.thisHost) return skip(notHere);
      const value = host?.settings.overcommit_memory;
      if (value === undefined) return skip("it cannot be read");
      return value === "1" ? passed : found("warning", `overcommit_memory is ${value}`);
    },
  }),
  check({
    id: "os.somaxconn",
    severity: "warning",
    reads: "/proc/sys/net/core/somaxconn; CONFIG: tcp-backlog",
    needs: ["host", "config"],
    limits: {},
    expected: () => "somaxconn is at least tcp-backlog",
    fix: "sysctl net.core.somaxconn=1024, and the same in /etc/sysctl.conf",
    doc: docs.clients,
    from: redis,
    judge: ({ host, config, target }) => {
      if (!target.thisHost) return skip(notHere);
      const somaxconn = numberIn(host?.settings, "somaxconn");
      const backlog = numberIn(config, "tcp-backlog");
      if (somaxconn === undefined || backlog === undefined) return untold("tcp-backlog");
      if (somaxconn >= backlog) return passed;
      return found("warning", `somaxconn ${somaxconn} cuts tcp-backlog ${backlog}`);
    },
  }),
  check({
    id: "os.backlog",
    severity: "critical",
    reads:
      "/proc/net/tcp: connections that wait to be accepted; /proc/net/netstat: growth of ListenOverflows",
    needs: ["host"],
    limits: { overflows: 0 },
    expected: () => "the listen queue is not full, and has not overflowed meanwhile",
    fix: "See what keeps the server from accepting (slow commands, CPU); sysctl net.core.somaxconn=4096 and tcp-backlog 4096",
    doc: docs.clients,
    from: ourJudgement,
    judge: (facts, { overflows }) => {
      if (!facts.target.thisHost) return skip(notHere);
      const full = fullQueue(facts);
      if (full !== undefined) return found("critical", full);
      const grown = counterGrowth(facts, "ListenOverflows");
      return grown > overflows
        ? found("warning", `ListenOverflows of this host grew by ${grown} meanwhile`)
        : passed;
    },
  }),
  check({
    id: "os.nofile",
    severity: "warning",
    reads: "/proc/PID/limits: Max open files; CONFIG: maxclients",
    needs: ["host", "config"],
    limits: { reserve: 32 },
    expected: ({ reserve }) => `the limit of open files is at least maxclients + ${reserve}`,
    fix: "LimitNOFILE=65536 in the systemd unit, or ulimit -n 65536, then restart",
    doc: docs.clients,
    from: redis,
    judge: ({ host, config, target }, { reserve }) => {
      if (!target.thisHost) return skip(notHere);
      const limit = host?.process?.openFilesMax;
      if (limit === undefined) return skip("the server's process cannot be looked into");
      const clients = numberIn(config, "maxclients");
      if (clients === undefined) return untold("maxclients");
      if (limit >= clients + reserve) return passed;
      return found("warning", `${limit} open files for ${clients} clients`);
    },
  }),
  check({
    id: "os.oomkill",
    severity: "critical",
    reads: "dmesg: out-of-memory kills of redis-server",
    needs: ["host"],
    limits: { minutes: 15 },
    expected: ({ minutes }) =>
      `the kernel has killed no Redis for memory; critical in the last ${minutes} minutes, or before its start`,
    fix: "CONFIG SET maxmemory SIZE at most three quarters of the RAM; look what else takes memory on the host",
    doc: docs.memory,
    from: ourJudgement,
    judge: (facts, { minutes }) => {
      if (!facts.target.thisHost) return skip(notHere);
      const kills = facts.host?.oomKills;
      if (kills === undefined) return skip("the kernel's log may not be read");
      const telling = tellingKills(facts, minutes * 60_000).at(-1);
      if (telling !== undefined) return found("critical", telling.text);
      const last = kills.at(-1);
      return last === undefined
        ? passed
        : found("information", `of this or another one: ${last.text}`);
    },
  }),
  check({
    id: "os.process",
    severity: "critical",
    reads: "/proc/PID/stat: state and CPU time of the server's process",
    needs: ["host"],
    limits: { busy: 95 },
    expected: () => "the process is neither stopped nor waiting for a disk",
    fix: "T: kill -CONT PID. D: look at the disk (iostat -x 1). R at 100 %: a command or script runs (SCRIPT KILL)",
    doc: docs.latency,
    from: ourJudgement,
    judge: ({ host, target, login }, { busy }) => {
      if (!target.thisHost) return skip(notHere);
      const process = host?.process;
      if (process === undefined) return skip("the server's process cannot be looked into");
      if (process.state === "T" || process.state === "t") {
        return found("critical", `process ${process.pid} is stopped (state T)`);
      }
      if (process.state === "D")
        return found("warning", `process ${process.pid} waits for a disk (state D)`);
      const share = process.cpuShare ?? 0;
      if (login?.outcome !== "silent" || share * 100 < busy) return passed;
      return found(
        "critical",
        `process ${process.pid} uses ${percent(share)} of a core and answers nothing`,
      );
    },
  }),
  check({
    id: "net.retries2",
    severity: "warning",
    reads: "/proc/sys/net/ipv4/tcp_retries2 of this host",
    needs: ["host"],
    limits: { most: 5 },
    expected: ({ most }) =>
      `at most ${most} on hosts of clients: 15 means 13 to 15 minutes on a dead connection`,
    fix: "sysctl net.ipv4.tcp_retries2=5, or a time-out for commands in the client (TCP_USER_TIMEOUT, socket_timeout, commandTimeout)",
    doc: docs.tcp,
    from: "Azure Cache for Redis",
    judge: ({ host }, { most }) => {
      const retries = numberIn(host?.settings, "tcp_retries2");
      if (retries === undefined) return skip("it cannot be read");
      return retries > most ? found("warning", `tcp_retries2 is ${retries}`) : passed;
    },
  }),
  check({
    id: "net.retransmits",
    severity: "warning",
    reads:
      "/proc/net/snmp: growth of RetransSegs and OutSegs; /proc/net/tcp: connections without acknowledgement",
    needs: ["host"],
    limits: { percent: 1, least: 5 },
    expected: ({ percent: share, least }) =>
      `under ${share} % of the segments sent again (or under ${least}), and no connection without acknowledgement`,
    fix: "Take a capture at both ends: holdfast capture FILE, then holdfast doctor --pcap FILE --pcap OTHER",
    doc: docs.tcp,
    from: ourJudgement,
    judge: (facts, { percent: most, least }) => {
      const stuck = facts.host?.sockets.unacknowledged ?? 0;
      if (stuck > 0)
        return found("warning", `${plural(stuck, "connection")} unacknowledged for over a second`);
      const again = counterGrowth(facts, "RetransSegs");
      const sent = counterGrowth(facts, "OutSegs");
      if (again < least || again * 100 <= most * sent) return passed;
      return found("warning", `${again} of ${sent} segments of this host were sent again`);
    },
  }),
  check({
    id: "node.files",
    severity: "warning",
    reads: "/proc/PID/fd and limits of the processes of this host that are clients",
    needs: ["host"],
    limits: { percent: 95 },
    expected: ({ percent: share }) =>
      `no client process is at ${share} % of its limit of open files`,
    fix: "Raise ulimit -n (LimitNOFILE=), and close what is not used",
    doc: docs.clients,
    from: ourJudgement,
    judge: (facts, { percent: share }) => {
      const [first] = shortOfFiles(facts, share);
      if (first === undefined) return passed;
      return found(
        "warning",
        `${first.name} (${first.pid}) has ${first.openFiles} of ${first.openFilesMax} files open`,
      );
    },
  }),
  check({
    id: "net.ports",
    severity: "warning",
    reads: "/proc/net/tcp: connections to the server, TIME_WAIT included; ip_local_port_range",
    needs: ["host"],
    limits: { warning: 70 },
    expected: ({ warning }) =>
      `at most ${warning} % of this host's ports are used up towards the server`,
    fix: "Keep connections open in place of one for each request; sysctl net.ipv4.tcp_tw_reuse=1",
    doc: docs.tcp,
    from: ourJudgement,
    judge: (facts, { warning }) => {
      const share = portShare(facts);
      if (share === undefined) return skip("the range of ports cannot be read");
      if (share * 100 <= warning) return passed;
      const { established = 0, timeWait = 0 } = facts.host?.sockets ?? {};
      return found(
        "warning",
        `${established} open and ${timeWait} in TIME_WAIT: ${percent(share)} of the ports`,
      );
    },
  }),
];

/** By how much a counter of the host has grown between the readings. */
export function counterGrowth({ host }: Facts, name: string): number {
  const before = host?.counters.first[name];
  const after = host?.counters.second?.[name];
  return before === undefined || after === undefined ? 0 : Math.max(0, after - before);
}

/** What is wrong with the listener's queue; undefined when it has room. */
export function fullQueue({ host, config, target, connects = [] }: Facts): string | undefined {
  const queued = host?.listener?.queued;
  if (queued === undefined || queued === 0 || !target.thisHost) return undefined;
  // Of a server that answers nothing the queue's length is not known, but that it takes no more is.
  if (connects.some(({ outcome }) => outcome === "timed-out")) {
    return `${queued} connections wait to be accepted, and no more are taken`;
  }
  const limits = [numberIn(host?.settings, "somaxconn"), numberIn(config, "tcp-backlog")].filter(
    (limit) => limit !== undefined,
  );
  const max = limits.length === 0 ? undefined : Math.min(...limits);
  if (max === undefined || queued < max) return undefined;
  return `${queued} connections wait to be accepted; the queue takes ${max}`;
}

/** The share of this host's ports that connections to the server use up. */
export function portShare({ host }: Facts): number | undefined {
  const range = host?.settings.ip_local_port_range?.split(/\s+/).map(Number);
  const [from = 0, to = 0] = range ?? [];
  if (host === undefined || to <= from) return undefined;
  return (host.sockets.established + host.sockets.timeWait) / (to - from + 1);
}

/** Clients on this host that can open next to no further file or socket. */
export function shortOfFiles({ host }: Facts, share: number): readonly ClientProcess[] {
  return (host?.clients ?? []).filter(
    ({ openFiles, openFilesMax }) =>
      openFilesMax !== undefined && openFiles * 100 >= openFilesMax * share,
  );
}

/**
 * Kills that explain what is seen now: of the same service as far as that is known, and shortly
 * before the server's present start, or before now when it is not there.
 */
export function tellingKills(facts: Facts, withinMs: number): readonly OomKill[] {
  const { host, examinedAt } = facts;
  // What runs now has not been killed since; uptime counts whole seconds.
  const uptimeMs = (latest(facts, "uptime_in_seconds") ?? 0) * 1000;
  const until = examinedAt - uptimeMs + 2_000;
  const own = host?.process?.cgroup;
  // Whose kill it was cannot be told where the process that runs now cannot be looked into.
  if (facts.samples !== undefined && own === undefined) return [];
  return (host?.oomKills ?? []).filter(({ at, cgroup }) => {
    const sameService = own === undefined || cgroup === own;
    return sameService && at !== undefined && at <= until && at >= until - withinMs;
  });
}
