import { readFileSync } from "node:fs";
import { parseInfo } from "../../src/doctor/server/collect/info.ts";
import type { ClusterNode, Facts, HostFacts, Info } from "../../src/doctor/server/facts.ts";

/** INFO all, as redis-server 7.0.15 gave it a few seconds after its start. */
const recordedInfo: Info = parseInfo(
  readFileSync(new URL("info-7.0.15.txt", import.meta.url), "utf8"),
);

const host: HostFacts = {
  settings: { somaxconn: "4096", overcommit_memory: "1", tcp_retries2: "5" },
  counters: { first: {}, second: {} },
  listener: { queued: 0 },
  process: {
    pid: 1,
    state: "S",
    openFilesMax: 10_032,
    swapBytes: 0,
    hugePageBytes: 0,
    cpuShare: 0.01,
  },
  oomKills: [],
  sockets: { established: 0, timeWait: 0, synSent: 0, elsewhere: [], unacknowledged: 0, unread: 0 },
  clients: [],
};

/** What was learnt from a server on loopback with nothing wrong. */
export const healthy: Facts = {
  target: {
    label: "redis://h:6379",
    host: "h",
    port: 6379,
    tls: false,
    unix: false,
    loopback: true,
    thisHost: true,
  },
  examinedAt: 1_795_613_092_000,
  dns: { host: "h", addresses: ["127.0.0.1"], later: ["127.0.0.1"], ms: 1 },
  connects: [{ to: "127.0.0.1:6379", outcome: "connected", ms: 1 }],
  login: { outcome: "ready", ms: 1, credentials: false, openToAll: true },
  ping: { latencies: [0.2, 0.2, 0.3, 0.4], failures: [], ownDelay: { median: 0.1, max: 1 } },
  samples: { first: recordedInfo, second: recordedInfo, elapsedMs: 1_000, at: 1_795_613_091_000 },
  config: {
    bind: "127.0.0.1 -::1",
    "protected-mode": "yes",
    save: "3600 1 300 100 60 10000",
    timeout: "0",
    "tcp-keepalive": "300",
    "tcp-backlog": "511",
    maxclients: "10000",
    "latency-monitor-threshold": "0",
    "slowlog-log-slower-than": "10000",
    "slowlog-max-len": "128",
  },
  clients: { rows: [], total: 0, later: [] },
  slowlog: [],
  latency: [],
  host,
  keys: { sampled: 0, total: 0, largest: [], withoutExpiry: 0 },
  ownErrors: {},
  missing: {},
};

/** The facts with other fields of INFO, at the second sample and, where they differ, at the first. */
export function withInfo(facts: Facts, second: Info, first: Info = second): Facts {
  const samples = facts.samples ?? { first: {}, elapsedMs: 1_000, at: 0 };
  return {
    ...facts,
    samples: {
      ...samples,
      first: { ...samples.first, ...first },
      second: { ...samples.second, ...second },
    },
  };
}

export function withConfig(facts: Facts, settings: Info): Facts {
  return { ...facts, config: { ...facts.config, ...settings } };
}

export function withHost(facts: Facts, more: Partial<HostFacts>): Facts {
  return { ...facts, host: { ...host, ...facts.host, ...more } };
}

export function clusterNode(more: Partial<ClusterNode>): ClusterNode {
  return {
    id: "n",
    address: { host: "10.0.0.1", port: 7000 },
    flags: ["master"],
    linkUp: true,
    slots: 16_384,
    openSlots: 0,
    ...more,
  };
}

/** A process of this host that is a client, with nothing wrong. */
export const clientProcess: HostFacts["clients"][number] = {
  pid: 2,
  name: "node",
  connections: 1,
  openFiles: 20,
  openFilesMax: 1_024,
  cpuShare: 0.1,
  unread: 0,
};
