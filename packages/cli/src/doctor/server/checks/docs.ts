const management = "https://redis.io/docs/latest/operate/oss_and_stack/management";

type DocName =
  | "memory"
  | "eviction"
  | "latency"
  | "latencyMonitor"
  | "cpu"
  | "clients"
  | "persistence"
  | "replication"
  | "sentinel"
  | "cluster"
  | "security"
  | "acl"
  | "encryption"
  | "administration"
  | "info"
  | "slowlog"
  | "scan"
  | "tcp";

/** Where the checks are explained. */
export const docs: Readonly<Record<DocName, string>> = {
  memory: `${management}/optimization/memory-optimization/`,
  eviction: "https://redis.io/docs/latest/develop/reference/eviction/",
  latency: `${management}/optimization/latency/`,
  latencyMonitor: `${management}/optimization/latency-monitor/`,
  cpu: `${management}/optimization/cpu-profiling/`,
  clients: "https://redis.io/docs/latest/develop/reference/clients/",
  persistence: `${management}/persistence/`,
  replication: `${management}/replication/`,
  sentinel: `${management}/sentinel/`,
  cluster: `${management}/scaling/`,
  security: `${management}/security/`,
  acl: `${management}/security/acl/`,
  encryption: `${management}/security/encryption/`,
  administration: `${management}/admin/`,
  info: "https://redis.io/docs/latest/commands/info/",
  slowlog: "https://redis.io/docs/latest/commands/slowlog-get/",
  scan: "https://redis.io/docs/latest/commands/scan/",
  tcp: "https://docs.kernel.org/networking/ip-sysctl.html",
};
