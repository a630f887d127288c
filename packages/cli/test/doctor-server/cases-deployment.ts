import {
  all,
  also,
  type Case,
  type Change,
  clients,
  cluster,
  config,
  host,
  info,
  keys,
  login,
  sentinel,
} from "./changes.ts";
import { clientProcess, clusterNode, healthy } from "./recorded.ts";

const killed = (at: number, cgroup = "/redis"): Change =>
  host({
    process: { pid: 1, state: "S", cgroup: "/redis" },
    oomKills: [{ text: "Killed process 7 (redis-server)", at, cgroup }],
  });

export const deploymentCases: readonly Case[] = [
  [
    "rdb.fail",
    info({ rdb_last_bgsave_status: "ok" }),
    ["critical", info({ rdb_last_bgsave_status: "err" })],
  ],
  [
    "rdb.long",
    info({ rdb_current_bgsave_time_sec: "600" }),
    ["warning", info({ rdb_current_bgsave_time_sec: "601" })],
    ["critical", info({ rdb_current_bgsave_time_sec: "1201" })],
  ],
  [
    "rdb.old",
    info({
      rdb_last_save_time: String(healthy.examinedAt / 1000 - 48 * 3600),
      rdb_changes_since_last_save: "1",
    }),
    [
      "warning",
      all(
        config({ save: "3600 1" }),
        info({
          rdb_last_save_time: String(healthy.examinedAt / 1000 - 49 * 3600),
          rdb_changes_since_last_save: "1",
        }),
      ),
    ],
  ],
  [
    "aof.fail",
    info({ aof_last_write_status: "ok" }),
    ["critical", info({ aof_last_write_status: "err" })],
    ["warning", info({ aof_last_bgrewrite_status: "err" })],
  ],
  [
    "aof.fsync",
    info(
      { aof_enabled: "1", aof_delayed_fsync: "3" },
      { aof_enabled: "1", aof_delayed_fsync: "3" },
    ),
    [
      "warning",
      info(
        { aof_enabled: "1", aof_delayed_fsync: "4" },
        { aof_enabled: "1", aof_delayed_fsync: "3" },
      ),
    ],
  ],
  [
    "load.loading",
    login("ready"),
    ["critical", info({ loading: "1", loading_eta_seconds: "5" })],
    ["critical", login("loading")],
  ],
  [
    "repl.link",
    info({ role: "slave", master_link_status: "up" }),
    [
      "critical",
      info({ role: "slave", master_link_status: "down", master_link_down_since_seconds: "9" }),
    ],
  ],
  [
    "repl.partial",
    info({ sync_partial_err: "1" }, { sync_partial_err: "1" }),
    ["warning", info({ sync_partial_err: "2" }, { sync_partial_err: "1" })],
  ],
  [
    "repl.lost",
    info({ connected_slaves: "1" }, { connected_slaves: "1" }),
    ["critical", info({ connected_slaves: "1" }, { connected_slaves: "2" })],
  ],
  [
    "repl.writable",
    all(info({ role: "slave" }), config({ "replica-read-only": "yes" })),
    ["critical", all(info({ role: "slave" }), config({ "replica-read-only": "no" }))],
  ],
  [
    "repl.minimum",
    all(config({ "min-replicas-to-write": "1" }), info({ min_slaves_good_slaves: "1" })),
    [
      "critical",
      all(config({ "min-replicas-to-write": "1" }), info({ min_slaves_good_slaves: "0" })),
    ],
  ],
  ["clu.state", cluster({}), ["critical", cluster({ cluster_state: "fail" })]],
  [
    "clu.slots",
    cluster({}),
    ["critical", cluster({ cluster_slots_assigned: "16383" })],
    ["critical", cluster({ cluster_slots_fail: "1" })],
    ["warning", cluster({ cluster_slots_pfail: "1" })],
    ["warning", cluster({}, [clusterNode({ flags: ["slave", "fail?"] })])],
  ],
  ["clu.open", cluster({}), ["warning", cluster({}, [clusterNode({ openSlots: 1 })])]],
  [
    "clu.samehost",
    cluster({}, [
      clusterNode({ id: "a" }),
      clusterNode({ primaryId: "a", address: { host: "other", port: 1 } }),
    ]),
    ["warning", cluster({}, [clusterNode({ id: "a" }), clusterNode({ id: "b", primaryId: "a" })])],
  ],
  [
    "clu.reach",
    cluster({}),
    ["critical", cluster({}, [], [{ node: "b:1", answer: "no connection" }])],
  ],
  [
    "sen.primary",
    sentinel({}),
    ["critical", sentinel({ primary: undefined })],
    ["critical", sentinel({ flags: ["master", "o_down"] })],
  ],
  [
    "sen.quorum",
    sentinel({}),
    ["warning", sentinel({ otherSentinels: 1 })],
    ["critical", sentinel({ otherSentinels: 0 })],
    ["critical", sentinel({ checkQuorum: "NOQUORUM 1 usable" })],
  ],
  ["sen.tilt", sentinel({}), ["critical", sentinel({ tilt: true })]],
  ["sen.replicas", sentinel({}), ["warning", sentinel({ replicas: 0 })]],
  ["sen.reach", sentinel({}), ["warning", sentinel({ unanswered: ["t:26379 (refused)"] })]],
  [
    "cli.maxclients",
    info({ connected_clients: "79", maxclients: "100" }),
    ["warning", info({ connected_clients: "80", maxclients: "100" })],
    ["critical", info({ connected_clients: "95", maxclients: "100" })],
    ["critical", login("maxclients", "ERR max number of clients reached")],
  ],
  [
    "cli.rejected",
    info({ rejected_connections: "0" }, { rejected_connections: "0" }),
    ["information", info({ rejected_connections: "3" }, { rejected_connections: "3" })],
    ["warning", info({ rejected_connections: "4" }, { rejected_connections: "3" })],
  ],
  [
    "cli.blocked",
    info({ blocked_clients: "5", connected_clients: "11" }, { blocked_clients: "5" }),
    ["warning", info({ blocked_clients: "6", connected_clients: "11" }, { blocked_clients: "6" })],
  ],
  [
    "cli.cob",
    info({}),
    ["critical", info({ client_output_buffer_limit_disconnections: "1" })],
    ["warning", info({ evicted_clients: "1" })],
    [
      "warning",
      all(
        config({
          "client-output-buffer-limit":
            "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
        }),
        clients(1, { flags: "P", outputBytes: 4_194_305 }),
      ),
    ],
  ],
  [
    "cli.qbuf",
    info({ client_query_buffer_limit_disconnections: "0" }),
    ["critical", info({ client_query_buffer_limit_disconnections: "1" })],
  ],
  [
    "cli.idle",
    clients(99, { idleSeconds: 3601 }),
    ["warning", clients(100, { idleSeconds: 3601 })],
    ["critical", clients(500, { idleSeconds: 3601 })],
  ],
  ["cli.unnamed", clients(1, {}), ["information", clients(1, { name: "" })]],
  [
    "cli.churn",
    info(
      { total_connections_received: "10", connected_clients: "100" },
      { total_connections_received: "0" },
    ),
    [
      "warning",
      info(
        { total_connections_received: "11", connected_clients: "100" },
        { total_connections_received: "0" },
      ),
    ],
  ],
  [
    "cfg.keepalive",
    config({ "tcp-keepalive": "300" }),
    ["warning", config({ "tcp-keepalive": "301" })],
    ["warning", config({ "tcp-keepalive": "0" })],
  ],
  [
    "cfg.timeout",
    config({ timeout: "0" }),
    ["information", config({ timeout: "60" })],
    ["warning", all(config({ timeout: "60" }), clients(1, { idleSeconds: 31 }))],
  ],
  [
    "os.thp",
    host({ process: { pid: 1, state: "S", hugePageBytes: 0 } }),
    ["warning", host({ process: { pid: 1, state: "S", hugePageBytes: 2048 } })],
    [
      "warning",
      host({ process: undefined, settings: { transparent_hugepage: "[always] madvise never" } }),
    ],
  ],
  [
    "os.overcommit",
    host({ settings: { overcommit_memory: "1" } }),
    ["warning", host({ settings: { overcommit_memory: "0" } })],
  ],
  [
    "os.somaxconn",
    all(host({ settings: { somaxconn: "511" } }), config({ "tcp-backlog": "511" })),
    ["warning", all(host({ settings: { somaxconn: "510" } }), config({ "tcp-backlog": "511" }))],
  ],
  [
    "os.backlog",
    all(host({ listener: { queued: 3 }, settings: { somaxconn: "4" } })),
    ["critical", host({ listener: { queued: 4 }, settings: { somaxconn: "4" } })],
    [
      "warning",
      host({ counters: { first: { ListenOverflows: 1 }, second: { ListenOverflows: 2 } } }),
    ],
  ],
  [
    "os.nofile",
    all(
      host({ process: { pid: 1, state: "S", openFilesMax: 132 } }),
      config({ maxclients: "100" }),
    ),
    [
      "warning",
      all(
        host({ process: { pid: 1, state: "S", openFilesMax: 131 } }),
        config({ maxclients: "100" }),
      ),
    ],
  ],
  [
    "os.oomkill",
    host({}),
    ["critical", killed(healthy.examinedAt - 15 * 60_000 + 1_000)],
    ["information", killed(healthy.examinedAt - 15 * 60_000 - 60_000)],
    ["information", killed(healthy.examinedAt, "/another")],
    ["information", killed(healthy.examinedAt + 60_000)],
  ],
  [
    "os.process",
    host({ process: { pid: 1, state: "R", cpuShare: 1 } }),
    ["critical", host({ process: { pid: 1, state: "T" } })],
    ["warning", host({ process: { pid: 1, state: "D" } })],
    ["critical", all(host({ process: { pid: 1, state: "R", cpuShare: 0.95 } }), login("silent"))],
  ],
  [
    "net.retries2",
    host({ settings: { tcp_retries2: "5" } }),
    ["warning", host({ settings: { tcp_retries2: "6" } })],
  ],
  [
    "net.retransmits",
    host({
      counters: { first: { RetransSegs: 0, OutSegs: 0 }, second: { RetransSegs: 5, OutSegs: 500 } },
    }),
    [
      "warning",
      host({
        counters: {
          first: { RetransSegs: 0, OutSegs: 0 },
          second: { RetransSegs: 6, OutSegs: 500 },
        },
      }),
    ],
  ],
  [
    "node.files",
    host({ clients: [{ ...clientProcess, openFiles: 949, openFilesMax: 1_000 }] }),
    ["warning", host({ clients: [{ ...clientProcess, openFiles: 950, openFilesMax: 1_000 }] })],
  ],
  [
    "net.ports",
    host({
      settings: { ip_local_port_range: "1 100" },
      sockets: { ...healthy.host?.sockets, established: 70 } as never,
    }),
    [
      "warning",
      host({
        settings: { ip_local_port_range: "1 100" },
        sockets: { ...healthy.host?.sockets, established: 71 } as never,
      }),
    ],
  ],
  [
    "key.big",
    also({ keys: keys({ type: "string", bytes: 102_400 }) }),
    ["warning", also({ keys: keys({ type: "string", bytes: 102_401 }) })],
    ["warning", also({ keys: keys({ type: "hash", bytes: 9, elements: 5001 }) })],
  ],
  [
    "key.hitrate",
    info({ keyspace_hits: "800", keyspace_misses: "200" }),
    ["information", info({ keyspace_hits: "799", keyspace_misses: "201" })],
  ],
];
