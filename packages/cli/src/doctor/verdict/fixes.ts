import type { Speaker } from "holdfast/symptoms";
import type { CauseId } from "../causes.ts";
import { type ClientSetting, settingFor } from "./settings-of.ts";

/** A setting of the client, or a command to copy. */
type Fix = { readonly client: ClientSetting } | string;

const client = (setting: ClientSetting): Fix => ({ client: setting });

/** What to do, most effective first. HOST and PORT stand for the server's. */
const fixes: Readonly<Record<CauseId, readonly Fix[]>> = {
  "process-down": [
    "systemctl status redis-server; systemctl start redis-server",
    "journalctl -u redis-server -n 50: why it ended",
    "systemctl edit redis-server: [Service] Restart=always",
    "ss -ltnp 'sport = :PORT': does it listen on the address that clients use (bind in redis.conf)?",
  ],
  firewall: [
    "nc -vz HOST PORT from the client's host",
    "allow TCP from the clients to HOST:PORT in the firewall or security group: iptables -L -n; nft list ruleset",
    client("connect-timeout"),
  ],
  "backlog-overflow": [
    "sysctl -w net.core.somaxconn=4096 net.ipv4.tcp_max_syn_backlog=4096, and tcp-backlog 4096 in redis.conf, then restart redis-server",
    "nstat -az TcpExtListenOverflows TcpExtListenDrops: does it still grow?",
    client("one-client"),
  ],
  dns: [
    "getent hosts HOST on the client's host; cat /etc/resolv.conf",
    "correct the name in the client's settings, or the record in DNS",
  ],
  "stale-dns": [
    "getent hosts HOST, beside the address in ss -tnp 'dport = :PORT'",
    "restart the clients, or make them reconnect; lower the record's TTL to 5-60 s",
    client("reconnect-on-readonly"),
  ],
  maxclients: [
    "redis-cli -h HOST -p PORT config set maxclients 10000 (and ulimit -n above that)",
    "redis-cli -h HOST -p PORT client list: who holds the connections?",
    client("one-client"),
    client("pool"),
  ],
  auth: [
    "redis-cli -h HOST -p PORT --user NAME --askpass acl whoami",
    client("credentials"),
    "redis-cli -h HOST -p PORT acl log 5: which user was denied what",
  ],
  tls: [
    "openssl s_client -connect HOST:PORT -servername HOST </dev/null | openssl x509 -noout -dates -subject -ext subjectAltName",
    client("tls"),
    "renew the certificate, then redis-cli config set tls-cert-file … tls-key-file …",
  ],
  "protected-mode": [
    "set a password: redis-cli config set requirepass …, or ACL SETUSER; then bind the address that clients use and protected-mode no",
    client("credentials"),
  ],
  "oom-noeviction": [
    "redis-cli -h HOST -p PORT info memory; redis-cli -h HOST -p PORT --memkeys",
    "redis-cli -h HOST -p PORT config set maxmemory-policy allkeys-lru where Redis is a cache",
    "redis-cli -h HOST -p PORT config set maxmemory 2gb where the host has the memory; give keys a TTL",
  ],
  "oom-killed": [
    "journalctl -k | grep -i 'out of memory'",
    "redis-cli config set maxmemory to at most 3/4 of what the host or container has",
    "sysctl -w vm.overcommit_memory=1, and systemctl edit redis-server: [Service] OOMScoreAdjust=-900",
  ],
  "slow-command": [
    "redis-cli -h HOST -p PORT slowlog get 10",
    "replace KEYS by SCAN, SMEMBERS by SSCAN, HGETALL of big hashes by HSCAN, DEL of big keys by UNLINK",
    "redis-cli -h HOST -p PORT script kill, while a script runs",
    client("command-timeout"),
  ],
  fork: [
    "echo never > /sys/kernel/mm/transparent_hugepage/enabled, then restart redis-server",
    "sysctl -w vm.overcommit_memory=1",
    "move saves to a replica: redis-cli -h HOST -p PORT config set save ''; or save less often",
  ],
  disk: [
    "df -h and iostat -x 1 on the server's host; redis-cli -h HOST -p PORT info persistence",
    "free the disk, or move dir to a faster one; then redis-cli bgsave",
    "redis-cli -h HOST -p PORT config set no-appendfsync-on-rewrite yes",
    "redis-cli -h HOST -p PORT config set stop-writes-on-bgsave-error no, while the disk is being mended and where the data may be lost",
  ],
  loading: [
    "redis-cli -h HOST -p PORT info persistence: loading_eta_seconds",
    "make readiness probes ask PING for PONG, so that no traffic comes before the data is there",
    "keep a replica to fail over to instead of restarting the primary",
  ],
  "packet-loss": [
    "mtr -T -P PORT HOST from the client's host; ip -s link; ethtool -S: errors and drops",
    "a capture at each end tells where: --pcap client.pcap --pcap server.pcap",
    client("command-timeout"),
  ],
  "dead-peer": [
    client("keep-alive"),
    client("command-timeout"),
    "sysctl -w net.ipv4.tcp_retries2=5 on the client's host: a dead connection ends after seconds instead of 15 minutes",
  ],
  "idle-timeout": [
    client("idle"),
    "redis-cli -h HOST -p PORT config get timeout; config set timeout 0",
    "redis-cli -h HOST -p PORT config set tcp-keepalive 60, below what firewalls and load balancers allow to be idle",
  ],
  "output-buffer": [
    "redis-cli -h HOST -p PORT client list: large omem",
    "redis-cli -h HOST -p PORT config set client-output-buffer-limit 'pubsub 64mb 16mb 60'",
    "read faster: subscribe with a connection of its own and do no slow work in its handler; ask for large values in parts",
  ],
  "client-event-loop": [
    "measure it: Node monitorEventLoopDelay from node:perf_hooks; Python PYTHONASYNCIODEBUG=1; the garbage collector's log in Java",
    "move long computations and large JSON out of the process that talks to Redis",
    "give the process the CPU that it needs: cat /sys/fs/cgroup/cpu.stat: nr_throttled",
  ],
  "pool-exhausted": [
    client("pool"),
    "give connections back: with, try/finally or defer around each use",
    "keep blocking commands (BLPOP, subscribe) out of the shared pool",
  ],
  "fd-limit": [
    "ls /proc/PID/fd | wc -l; cat /proc/PID/limits",
    client("one-client"),
    "systemctl edit SERVICE: [Service] LimitNOFILE=65536",
    "ss -tan state time-wait | wc -l: thousands mean connections that are not reused",
  ],
  failover: [
    "redis-cli -h HOST -p PORT role; redis-cli -p 26379 sentinel masters",
    client("reconnect-on-readonly"),
    "redis-cli -h HOST -p PORT replicaof no one, where this one should be the primary",
  ],
  "cluster-down": [
    "redis-cli --cluster check HOST:PORT",
    "redis-cli --cluster fix HOST:PORT, once the nodes are back",
    client("cluster"),
  ],
};

export interface FixContext {
  readonly client: Speaker | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** Commands and settings to copy for a cause, with the address where it is known and harmless. */
export function fixesFor(cause: CauseId, context: FixContext): string[] {
  return fixes[cause]
    .map((fix) => (typeof fix === "string" ? fix : settingFor(context.client, fix.client)))
    .map((text) => addressed(text, context));
}

/** The command for the server at hand. What a log says is never pasted unchecked. */
export function addressed(text: string, { host, port }: FixContext): string {
  const plain = host !== undefined && /^[a-z0-9][a-z0-9.-]{0,252}$/i.test(host) ? host : undefined;
  return text
    .replaceAll(/\bHOST\b/g, plain ?? "HOST")
    .replaceAll(
      /\bPORT\b/g,
      port === undefined ? (plain === undefined ? "PORT" : "6379") : String(port),
    );
}
