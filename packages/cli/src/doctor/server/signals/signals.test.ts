import { expect, it } from "vitest";
import {
  clientProcess,
  healthy,
  withConfig,
  withHost,
  withInfo,
} from "../../../../test/doctor-server/recorded.ts";
import { signalMeanings } from "../../signals.ts";
import { maxEvidence } from "../../source.ts";
import type { ClientRow, Facts } from "../facts.ts";
import { signalsOf } from "./index.ts";

const ids = (facts: Facts): readonly string[] => signalsOf(facts).map(({ id }) => id);
const old = withInfo(healthy, { uptime_in_seconds: "100000" });
const facts = (more: Partial<Facts>): Facts => ({ ...old, ...more });
const row: ClientRow = {
  id: "1",
  address: "10.0.0.9:1000",
  name: "api",
  library: "",
  user: "default",
  ageSeconds: 100,
  idleSeconds: 0,
  flags: "b",
  command: "blpop",
  outputBytes: 0,
  queryBytes: 0,
};

it("raises nothing on a healthy server", () => {
  expect(ids(old)).toEqual([]);
});

const changed: readonly (readonly [string, Facts])[] = [
  ["server.dns-failed", facts({ dns: { host: "h", addresses: [], ms: 1, error: "EAI_AGAIN" } })],
  [
    "server.dns-drift",
    facts({ dns: { host: "h", addresses: ["1.1.1.1"], later: ["2.2.2.2"], ms: 1 } }),
  ],
  ["server.refused", facts({ connects: [{ to: "h:1", outcome: "refused", ms: 1 }] })],
  ["server.connect-timeout", facts({ connects: [{ to: "h:1", outcome: "timed-out", ms: 1 }] })],
  ["server.unreachable", facts({ connects: [{ to: "h:1", outcome: "unreachable", ms: 1 }] })],
  [
    "server.some-connects-time-out",
    facts({
      connects: [
        { to: "h:1", outcome: "timed-out", ms: 1 },
        { to: "h:1", outcome: "connected", ms: 1 },
      ],
    }),
  ],
  ["server.tls-failed", facts({ tls: { outcome: "failed", error: "no shared cipher" } })],
  ["server.tls-mismatch", facts({ mismatch: "server-speaks-tls" })],
  ["server.tls-expired", facts({ tls: { outcome: "established", validTo: 1 } })],
  [
    "server.tls-expired",
    facts({ tls: { outcome: "established", untrusted: "ERR_TLS_CERT_ALTNAME_INVALID" } }),
  ],
  [
    "server.tls-untrusted",
    facts({ tls: { outcome: "established", untrusted: "DEPTH_ZERO_SELF_SIGNED_CERT" } }),
  ],
  ["server.loading", withInfo(old, { loading: "1" })],
  ["server.restarted", withInfo(old, { uptime_in_seconds: "599" })],
  ["server.memory-full", withInfo(old, { used_memory: "95", maxmemory: "100" })],
  [
    "server.cpu-saturated",
    withInfo(
      old,
      { used_cpu_user_main_thread: "1", used_cpu_sys_main_thread: "1" },
      { used_cpu_user_main_thread: "0", used_cpu_sys_main_thread: "1" },
    ),
  ],
  ["server.fork-slow", withInfo(old, { latest_fork_usec: "200001" })],
  ["server.saving", withInfo(old, { rdb_bgsave_in_progress: "1" })],
  ["server.disk", withInfo(old, { rdb_last_bgsave_status: "err" })],
  ["server.disk", withInfo(old, { aof_delayed_fsync: "2" }, { aof_delayed_fsync: "1" })],
  ["server.role-changed", withInfo(old, { master_replid2: "00ab" })],
  ["server.failover-going", withInfo(old, { master_failover_state: "waiting-for-sync" })],
  [
    "server.noreplicas",
    withConfig(withInfo(old, { min_slaves_good_slaves: "0" }), { "min-replicas-to-write": "1" }),
  ],
  [
    "server.cluster-down",
    facts({ cluster: { info: { cluster_state: "fail" }, nodes: [], answers: [] } }),
  ],
  [
    "server.slow-ping",
    facts({ ping: { latencies: [1, 100], failures: [], ownDelay: { median: 0, max: 33 } } }),
  ],
  [
    "server.slow-ping",
    facts({
      ping: { latencies: [], failures: ["PING: no reply"], ownDelay: { median: 0, max: 0 } },
    }),
  ],
  [
    "server.slowlog",
    facts({ slowlog: [{ id: 1, at: 1, durationMs: 100, command: "EVAL", client: "" }] }),
  ],
  ["server.dangerous-commands", withInfo(old, { cmdstat_keys: "calls=3,usec=1" })],
  ["server.acl-denied", withInfo(old, { errorstat_NOAUTH: "count=2" })],
  ["server.replied-oom", withInfo(old, { errorstat_OOM: "count=2" })],
  ["server.replied-readonly", withInfo(old, { errorstat_READONLY: "count=2" })],
  ["server.clients-near-max", withInfo(old, { connected_clients: "90", maxclients: "100" })],
  ["server.rejected-connections", withInfo(old, { rejected_connections: "1" })],
  ["server.output-buffer", withInfo(old, { client_output_buffer_limit_disconnections: "1" })],
  ["server.idle-timeout", withConfig(old, { timeout: "1" })],
  [
    "server.connection-churn",
    withInfo(old, { total_connections_received: "50" }, { total_connections_received: "0" }),
  ],
  [
    "server.slow-readers",
    facts({ clients: { total: 1, rows: [{ ...row, flags: "N", outputBytes: 40_000_000 }] } }),
  ],
  ["server.process-stopped", withHost(old, { process: { pid: 1, state: "T" } })],
  [
    "server.listen-overflows",
    withHost(old, { counters: { first: { ListenOverflows: 1 }, second: { ListenOverflows: 2 } } }),
  ],
  [
    "server.oom-killed",
    withHost(old, {
      process: { pid: 2, state: "S", cgroup: "/redis" },
      oomKills: [
        {
          text: "Killed process 1 (redis-server)",
          at: old.examinedAt - 100_000_000,
          cgroup: "/redis",
        },
      ],
    }),
  ],
  [
    "server.retransmissions",
    withHost(old, {
      counters: { first: { RetransSegs: 0, OutSegs: 0 }, second: { RetransSegs: 5, OutSegs: 499 } },
    }),
  ],
  ["server.client-unread", withHost(old, { clients: [{ ...clientProcess, unread: 1 }] })],
  ["server.client-busy", withHost(old, { clients: [{ ...clientProcess, cpuShare: 0.9 }] })],
  ["server.client-fd-limit", withHost(old, { clients: [{ ...clientProcess, openFiles: 1_024 }] })],
];

it.each(changed)("raises %s alone", (id, given) => {
  expect(ids(given)).toEqual([id]);
});

it("tells connections that go elsewhere, but none of a server on loopback", () => {
  const sockets = { established: 0, timeWait: 0, synSent: 0, unacknowledged: 0, unread: 0 };
  const given = withHost(old, {
    sockets: { ...sockets, elsewhere: [{ address: "10.0.0.1", count: 2 }] },
  });
  const remote = { ...given, target: { ...given.target, loopback: false } };
  expect(ids(remote)).toEqual(["server.connections-elsewhere"]);
  expect(ids(given)).toEqual([]);
});

it("tells the steps of retransmission from other slowness", () => {
  const ping = (latencies: readonly number[]): Facts =>
    facts({ ping: { latencies, failures: [], ownDelay: { median: 0, max: 0 } } });
  expect(ids(ping([1, 1, 205, 410, 1]))).toEqual(["server.slow-ping", "server.ping-steps"]);
  expect(ids(ping([1, 1, 300, 150, 1]))).toEqual(["server.slow-ping"]);
});

it("blames the server for no slowness that is this machine's own", () => {
  const ping = { latencies: [1, 100], failures: [], ownDelay: { median: 0, max: 34 } };
  expect(ids(facts({ ping }))).toEqual([]);
});

it("blames nobody for what the doctor itself was refused", () => {
  const given = { ...withInfo(old, { errorstat_NOAUTH: "count=1" }), ownErrors: { NOAUTH: 1 } };
  expect(ids(given)).toEqual([]);
});

it("takes a pool for full when every connection of it is busy both times", () => {
  const rows = [row, { ...row, id: "2" }];
  expect(ids(facts({ clients: { total: 2, rows, later: rows } }))).toEqual(["server.pool-full"]);
  const idle = rows.map((each) => ({ ...each, flags: "N" }));
  expect(ids(facts({ clients: { total: 2, rows, later: idle } }))).toEqual([]);
  expect(ids(facts({ clients: { total: 2, rows: idle, later: idle } }))).toEqual([]);
});

it("takes no client for stuck while commands flow", () => {
  const stuck = withHost(old, { clients: [{ ...clientProcess, unread: 1, cpuShare: 1 }] });
  const now = { connected_clients: "2", total_commands_processed: "201" };
  const flowing = withInfo(stuck, now, { total_commands_processed: "1" });
  expect(ids(flowing)).toEqual([]);
  const slow = withInfo(stuck, now, { total_commands_processed: "9" });
  expect(ids(slow)).toEqual(["server.client-unread", "server.client-busy"]);
});

it("says of a silent server with a whole core that it is busy, not dead", () => {
  const silent = facts({ login: { outcome: "silent", ms: 1, credentials: false } });
  const given = withHost(silent, { process: { pid: 1, state: "R", cpuShare: 0.99 } });
  expect(ids(given)).toEqual(["server.silent", "server.busy"]);
});

it("takes a kill for this server's only while nothing speaks of another one", () => {
  const kill = { text: "Killed process 1 (redis-server)", at: old.examinedAt, cgroup: "/redis" };
  const gone = facts({ samples: undefined, connects: [{ to: "h:1", outcome: "refused", ms: 1 }] });
  const refused = withHost(gone, { process: undefined, oomKills: [kill] });
  expect(ids(refused)).toEqual(["server.refused", "server.oom-killed"]);
  const young = withInfo(healthy, { uptime_in_seconds: "1" });
  expect(ids(withHost(young, { process: undefined, oomKills: [kill] }))).toEqual([
    "server.restarted",
  ]);
});

it("carries at most five pieces of evidence, cut to a line, and counts all", () => {
  const slowlog = Array.from({ length: 40 }, (_, id) => ({
    id,
    at: id,
    durationMs: 100 + id,
    command: "X".repeat(400),
    client: "",
  }));
  const [signal] = signalsOf(facts({ slowlog }));
  expect(signal?.count).toBe(40);
  expect(signal?.evidence).toHaveLength(maxEvidence);
  expect(Math.max(...(signal?.evidence ?? []).map(({ text }) => text.length))).toBeLessThanOrEqual(
    200,
  );
});

it("uses words that the vocabulary has", () => {
  for (const [, given] of changed)
    for (const id of ids(given)) expect(signalMeanings).toHaveProperty([id]);
});
