import {
  all,
  also,
  type Case,
  certificate,
  config,
  event,
  gb,
  host,
  info,
  login,
  monitored,
  pings,
  slow,
} from "./changes.ts";

export const serverCases: readonly Case[] = [
  [
    "dns",
    also({}),
    ["critical", also({ dns: { host: "h", addresses: [], ms: 1, error: "ENOTFOUND" } })],
    ["warning", also({ dns: { host: "h", addresses: ["10.0.0.1"], later: ["10.0.0.2"], ms: 1 } })],
    ["warning", also({ dns: { host: "h", addresses: ["10.0.0.1"], ms: 501 } })],
  ],
  [
    "net.connect",
    also({ connects: [{ to: "h:1", outcome: "connected", ms: 1 }] }),
    [
      "critical",
      also({
        connects: [
          { to: "h:1", outcome: "timed-out", ms: 1 },
          { to: "h:1", outcome: "connected", ms: 1 },
        ],
      }),
    ],
  ],
  [
    "net.answer",
    login("ready"),
    ["critical", login("silent")],
    ["critical", login("closed")],
    ["critical", login("busy", "BUSY")],
  ],
  ["sec.login", login("ready"), ["critical", login("auth-refused", "WRONGPASS")]],
  [
    "sec.noauth",
    login("ready"),
    ["information", also({})],
    ["critical", all(config({ bind: "* -::*", "protected-mode": "no" }))],
    ["critical", (facts) => ({ ...facts, target: { ...facts.target, loopback: false } })],
  ],
  [
    "sec.denied",
    info({}),
    ["information", info({ errorstat_NOPERM: "count=1" })],
    ["warning", info({ acl_access_denied_auth: "1" }, { acl_access_denied_auth: "0" })],
  ],
  [
    "sec.protected",
    login("ready"),
    ["critical", login("denied")],
    ["critical", config({ bind: "0.0.0.0", "protected-mode": "no" })],
  ],
  [
    "tls.mode",
    also({}),
    ["critical", also({ mismatch: "server-speaks-tls" })],
    ["critical", also({ mismatch: "server-speaks-plain" })],
    ["critical", also({ tls: { outcome: "failed", error: "no shared cipher" } })],
  ],
  [
    "tls.expiry",
    certificate(30),
    ["warning", certificate(29)],
    ["warning", certificate(7)],
    ["critical", certificate(6)],
    ["critical", certificate(-1)],
  ],
  [
    "tls.trust",
    certificate(99),
    [
      "warning",
      also({ tls: { outcome: "established", untrusted: "DEPTH_ZERO_SELF_SIGNED_CERT" } }),
    ],
  ],
  [
    "ver.cve",
    info({ redis_version: "7.2.11" }),
    ["warning", info({ redis_version: "7.2.10" })],
    [
      "critical",
      all(info({ redis_version: "7.2.10" }), (facts) => ({
        ...facts,
        target: { ...facts.target, loopback: false },
      })),
    ],
  ],
  [
    "mem.usage",
    info({ used_memory: "799", maxmemory: "1000" }),
    ["warning", info({ used_memory: "800", maxmemory: "1000" })],
    ["critical", info({ used_memory: "900", maxmemory: "1000" })],
    [
      "information",
      info({ used_memory: "1000", maxmemory: "1000", maxmemory_policy: "allkeys-lru" }),
    ],
  ],
  [
    "mem.noeviction",
    info({ used_memory: "840", maxmemory: "1000" }),
    ["critical", info({ used_memory: "860", maxmemory: "1000" })],
  ],
  ["mem.nomax", info({ maxmemory: "1" }), ["warning", info({ maxmemory: "0" })]],
  [
    "mem.system",
    info({ used_memory_rss: "90", total_system_memory: "100" }),
    ["warning", info({ used_memory_rss: "91", total_system_memory: "100" })],
  ],
  [
    "mem.frag",
    info({ used_memory: gb(1), mem_fragmentation_ratio: "1.4", mem_fragmentation_bytes: gb(1) }),
    [
      "warning",
      info({ used_memory: gb(1), mem_fragmentation_ratio: "1.41", mem_fragmentation_bytes: gb(1) }),
    ],
  ],
  [
    "mem.allocfrag",
    info({ allocator_frag_ratio: "1.1", allocator_frag_bytes: gb(1) }),
    ["information", info({ allocator_frag_ratio: "1.2", allocator_frag_bytes: gb(1) })],
  ],
  [
    "mem.allocrss",
    info({ allocator_rss_ratio: "2", allocator_rss_bytes: "10485760" }),
    ["information", info({ allocator_rss_ratio: "1.2", allocator_rss_bytes: "10485761" })],
  ],
  [
    "mem.procrss",
    info({ rss_overhead_ratio: "1.1", rss_overhead_bytes: gb(1) }),
    ["information", info({ rss_overhead_ratio: "1.2", rss_overhead_bytes: gb(1) })],
  ],
  [
    "mem.swap",
    host({ process: { pid: 1, state: "S", swapBytes: 0 } }),
    ["warning", host({ process: { pid: 1, state: "S", swapBytes: 1_048_576 } })],
    [
      "warning",
      all(host({ process: undefined }), info({ used_memory: "100", used_memory_rss: "99" })),
    ],
  ],
  [
    "mem.evict",
    info({ evicted_keys: "5" }, { evicted_keys: "5" }),
    ["warning", info({ evicted_keys: "6" }, { evicted_keys: "5" })],
  ],
  [
    "mem.clientbuf",
    info({ mem_clients_normal: "409600", connected_clients: "2" }),
    ["warning", info({ mem_clients_normal: "409602", connected_clients: "2" })],
  ],
  [
    "mem.replbuf",
    info({ mem_clients_slaves: "10485760" }),
    ["warning", info({ mem_clients_slaves: "10485761" })],
  ],
  [
    "mem.scripts",
    info({ number_of_cached_scripts: "1000" }),
    ["warning", info({ number_of_cached_scripts: "1001" })],
  ],
  [
    "cpu.engine",
    info(
      { used_cpu_user_main_thread: "0.9", used_cpu_sys_main_thread: "0" },
      { used_cpu_user_main_thread: "0", used_cpu_sys_main_thread: "0" },
    ),
    [
      "critical",
      info(
        { used_cpu_user_main_thread: "0.5", used_cpu_sys_main_thread: "0.41" },
        { used_cpu_user_main_thread: "0", used_cpu_sys_main_thread: "0" },
      ),
    ],
  ],
  [
    "cpu.eventloop",
    info(
      { eventloop_cycles: "10", eventloop_duration_sum: "100000" },
      { eventloop_cycles: "0", eventloop_duration_sum: "0" },
    ),
    [
      "warning",
      info(
        { eventloop_cycles: "10", eventloop_duration_sum: "100010" },
        { eventloop_cycles: "0", eventloop_duration_sum: "0" },
      ),
    ],
  ],
  ["slow.log", slow("GET", 10), ["warning", slow("GET", 10.1)]],
  [
    "slow.off",
    config({ "slowlog-log-slower-than": "1000000", "slowlog-max-len": "128" }),
    ["warning", config({ "slowlog-log-slower-than": "-1", "slowlog-max-len": "128" })],
    ["warning", config({ "slowlog-log-slower-than": "10000", "slowlog-max-len": "0" })],
    ["warning", config({ "slowlog-log-slower-than": "1000001", "slowlog-max-len": "128" })],
  ],
  [
    "slow.dangerous",
    slow("GET", 999),
    ["warning", info({ cmdstat_keys: "calls=1,usec=5" })],
    ["critical", slow("KEYS", 10.1)],
  ],
  [
    "slow.script",
    slow("EVAL", 5000),
    ["critical", slow("EVALSHA", 5001)],
    ["critical", login("busy", "BUSY Redis is busy")],
  ],
  ["lat.off", monitored, ["information", config({ "latency-monitor-threshold": "0" })]],
  ["lat.command", monitored, ["warning", all(monitored, event("command"))]],
  ["lat.fast", monitored, ["warning", all(monitored, event("fast-command"))]],
  ["lat.expire", monitored, ["warning", all(monitored, event("expire-cycle"))]],
  ["lat.evict", monitored, ["warning", all(monitored, event("eviction-cycle"))]],
  ["lat.disk", monitored, ["warning", all(monitored, event("aof-write-pending-fsync"))]],
  ["lat.fork", monitored, ["warning", all(monitored, event("fork"))]],
  [
    "lat.ping",
    pings([1, 1, 1, 19.9]),
    ["warning", pings([1, 1, 1, 20])],
    [
      "warning",
      also({
        ping: { latencies: [], failures: ["PING: no reply"], ownDelay: { median: 0, max: 0 } },
      }),
    ],
  ],
  [
    "fork.usec",
    info({ latest_fork_usec: "200000" }),
    ["warning", info({ latest_fork_usec: "200001" })],
    ["critical", info({ latest_fork_usec: "500001" })],
  ],
  [
    "node.loop",
    pings([1], { median: 9.9, max: 99 }),
    ["warning", pings([1], { median: 10, max: 10 })],
    ["warning", pings([1], { median: 1, max: 100 })],
  ],
];
