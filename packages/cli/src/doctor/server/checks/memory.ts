import type { Facts } from "../facts.ts";
import {
  bytes,
  type Check,
  check,
  found,
  growth,
  type Judgement,
  latest,
  passed,
  percent,
  plural,
  skip,
  untold,
} from "./check.ts";
import { docs } from "./docs.ts";
import { redis, redisDoctor } from "./sources.ts";

const megabyte = 1024 * 1024;

export const memoryChecks: readonly Check[] = [
  check({
    id: "mem.usage",
    severity: "critical",
    reads: "INFO memory: used_memory, maxmemory",
    needs: ["samples"],
    limits: { warning: 80, critical: 90 },
    expected: ({ warning, critical }) =>
      `used_memory below ${warning} % of maxmemory (critical from ${critical} %)`,
    fix: "redis-cli --bigkeys shows what grows; set TTLs (EXPIRE), or raise maxmemory where there is RAM: CONFIG SET maxmemory SIZE",
    doc: docs.memory,
    from: redisDoctor,
    judge: (facts, { warning, critical }) => {
      const used = latest(facts, "used_memory");
      const max = latest(facts, "maxmemory");
      if (used === undefined || max === undefined) return untold("maxmemory");
      if (max === 0) return passed;
      const share = used / max;
      const observed = `${bytes(used)} of ${bytes(max)}: ${percent(share)}`;
      // A cache that evicts is meant to be full.
      if (evicts(facts)) return share * 100 >= critical ? found("information", observed) : passed;
      if (share * 100 >= critical) return found("critical", observed);
      return share * 100 >= warning ? found("warning", observed) : passed;
    },
  }),
  check({
    id: "mem.noeviction",
    severity: "critical",
    reads: "INFO memory: used_memory, maxmemory, maxmemory_policy",
    needs: ["samples"],
    limits: { critical: 85 },
    expected: ({ critical }) => `with noeviction, used_memory below ${critical} % of maxmemory`,
    fix: "CONFIG SET maxmemory-policy allkeys-lru (a cache) or volatile-lru; for queues and sessions raise maxmemory",
    doc: docs.eviction,
    from: redisDoctor,
    judge: (facts, { critical }) => {
      const share = fullness(facts);
      if (share === undefined) return untold("maxmemory");
      if (evicts(facts) || share * 100 < critical) return passed;
      return found(
        "critical",
        `maxmemory is ${percent(share)} used and the policy is noeviction: writes get OOM`,
      );
    },
  }),
  check({
    id: "mem.nomax",
    severity: "warning",
    reads: "INFO memory: maxmemory",
    needs: ["samples"],
    limits: {},
    expected: () => "maxmemory is set",
    fix: "CONFIG SET maxmemory SIZE, at most three quarters of the RAM, and the same in redis.conf",
    doc: docs.memory,
    from: redisDoctor,
    judge: (facts) => {
      const max = latest(facts, "maxmemory");
      if (max === undefined) return untold("maxmemory");
      if (max > 0) return passed;
      return found("warning", "maxmemory is 0: only the kernel's out-of-memory killer limits it");
    },
  }),
  check({
    id: "mem.system",
    severity: "warning",
    reads: "INFO memory: used_memory_rss, total_system_memory",
    needs: ["samples"],
    limits: { warning: 90 },
    expected: ({ warning }) => `resident memory at most ${warning} % of the machine's`,
    fix: "Set maxmemory lower, or move to a machine with more RAM",
    doc: docs.memory,
    from: "awesome-prometheus-alerts",
    judge: (facts, { warning }) => {
      const used = latest(facts, "used_memory_rss");
      const total = latest(facts, "total_system_memory");
      if (used === undefined || total === undefined || total === 0) {
        return untold("total_system_memory");
      }
      if ((used / total) * 100 <= warning) return passed;
      return found("warning", `${bytes(used)} of ${bytes(total)}: ${percent(used / total)}`);
    },
  }),
  fragmentation({
    id: "mem.frag",
    severity: "warning",
    ratio: "mem_fragmentation_ratio",
    size: "mem_fragmentation_bytes",
    limits: { ratio: 1.4, megabytes: 10 },
    fix: "CONFIG SET activedefrag yes (with jemalloc), or restart at a quiet time",
    // A server with next to nothing in it always looks fragmented.
    dataMegabytes: 16,
  }),
  fragmentation({
    id: "mem.allocfrag",
    severity: "information",
    ratio: "allocator_frag_ratio",
    size: "allocator_frag_bytes",
    limits: { ratio: 1.1, megabytes: 10 },
    fix: "CONFIG SET activedefrag yes",
  }),
  fragmentation({
    id: "mem.allocrss",
    severity: "information",
    ratio: "allocator_rss_ratio",
    size: "allocator_rss_bytes",
    limits: { ratio: 1.1, megabytes: 10 },
    fix: "MEMORY PURGE",
  }),
  fragmentation({
    id: "mem.procrss",
    severity: "information",
    ratio: "rss_overhead_ratio",
    size: "rss_overhead_bytes",
    limits: { ratio: 1.1, megabytes: 10 },
    fix: "Usual after a fork or with modules; restart at a quiet time if it stays",
  }),
  check({
    id: "mem.swap",
    severity: "warning",
    reads: "INFO memory: used_memory_rss, used_memory; /proc/PID/status: VmSwap",
    needs: ["samples"],
    limits: { swapMegabytes: 1 },
    expected: () => "nothing of the process is in swap",
    fix: "Give the machine more RAM or lower maxmemory; sysctl vm.swappiness=1",
    doc: docs.latency,
    from: redis,
    judge: (facts, { swapMegabytes }) => {
      const swapped = facts.host?.process?.swapBytes;
      if (swapped !== undefined) {
        if (swapped < swapMegabytes * megabyte) return passed;
        return found("warning", `${bytes(swapped)} of the process are in swap`);
      }
      const used = latest(facts, "used_memory");
      const resident = latest(facts, "used_memory_rss");
      if (used === undefined || resident === undefined) return untold("used_memory_rss");
      if (resident >= used) return passed;
      return found(
        "warning",
        `${bytes(resident)} resident of ${bytes(used)} used: the rest is swapped`,
      );
    },
  }),
  check({
    id: "mem.evict",
    severity: "warning",
    reads: "INFO stats: growth of evicted_keys between the samples",
    needs: ["samples"],
    limits: { warning: 0 },
    expected: () => "no key is evicted",
    fix: "Raise maxmemory, or shorten TTLs: what is evicted is what the application wanted to keep",
    doc: docs.eviction,
    from: redisDoctor,
    judge: (facts, { warning }) => {
      const count = growth(facts, "evicted_keys");
      if (count === undefined) return skip("there is no second sample");
      return count > warning
        ? found("warning", `${plural(count, "key")} evicted meanwhile`)
        : passed;
    },
  }),
  check({
    id: "mem.clientbuf",
    severity: "warning",
    reads: "INFO memory: mem_clients_normal; INFO clients: connected_clients",
    needs: ["samples"],
    limits: { kilobytes: 200 },
    expected: ({ kilobytes }) => `buffers of at most ${kilobytes} KB for each client on average`,
    fix: "CLIENT LIST shows omem and qbuf: find the client that does not read; CONFIG SET client-output-buffer-limit 'normal 64mb 32mb 30'",
    doc: docs.clients,
    from: redis,
    judge: (facts, { kilobytes }) => {
      const total = latest(facts, "mem_clients_normal");
      const clients = latest(facts, "connected_clients");
      if (total === undefined || clients === undefined) return untold("mem_clients_normal");
      const each = total / Math.max(1, clients);
      if (each <= kilobytes * 1024) return passed;
      return found(
        "warning",
        `${bytes(total)} for ${plural(clients, "client")}: ${bytes(each)} each`,
      );
    },
  }),
  check({
    id: "mem.replbuf",
    severity: "warning",
    reads: "INFO memory: mem_clients_slaves",
    needs: ["samples"],
    limits: { megabytes: 10 },
    expected: ({ megabytes }) => `buffers of at most ${megabytes} MB for replicas`,
    fix: "Look at the replica's disk and network; a larger repl-backlog-size spares it a full copy",
    doc: docs.replication,
    from: redis,
    judge: (facts, { megabytes }) => {
      const size = latest(facts, "mem_clients_slaves");
      if (size === undefined) return untold("mem_clients_slaves");
      return size > megabytes * megabyte
        ? found("warning", `${bytes(size)} wait for replicas`)
        : passed;
    },
  }),
  check({
    id: "mem.scripts",
    severity: "warning",
    reads: "INFO memory: number_of_cached_scripts",
    needs: ["samples"],
    limits: { warning: 1000 },
    expected: ({ warning }) => `at most ${warning} scripts are cached`,
    fix: "Pass what changes as KEYS and ARGV and call EVALSHA, so that the script stays the same; SCRIPT FLUSH ASYNC clears them",
    doc: docs.memory,
    from: redis,
    judge: (facts, { warning }) => {
      const count = latest(facts, "number_of_cached_scripts");
      if (count === undefined) return untold("number_of_cached_scripts");
      return count > warning ? found("warning", `${count} cached scripts`) : passed;
    },
  }),
];

/** The share of maxmemory that is used; 0 without a maximum. */
export function fullness(facts: Facts): number | undefined {
  const used = latest(facts, "used_memory");
  const max = latest(facts, "maxmemory");
  if (used === undefined || max === undefined) return undefined;
  return max === 0 ? 0 : used / max;
}

export function evicts(facts: Facts): boolean {
  const info = facts.samples?.second ?? facts.samples?.first;
  return info?.maxmemory_policy !== undefined && info.maxmemory_policy !== "noeviction";
}

function fragmentation(given: {
  readonly id: string;
  readonly severity: "warning" | "information";
  readonly ratio: string;
  readonly size: string;
  readonly limits: { readonly ratio: number; readonly megabytes: number };
  readonly fix: string;
  readonly dataMegabytes?: number;
}): Check {
  const { id, severity, fix, dataMegabytes = 0 } = given;
  return check({
    id,
    severity,
    reads: `INFO memory: ${given.ratio}, ${given.size}`,
    needs: ["samples"],
    limits: given.limits,
    expected: ({ ratio, megabytes }) => `${given.ratio} at most ${ratio}, or under ${megabytes} MB`,
    fix,
    doc: docs.memory,
    from: redis,
    judge: (facts, { ratio, megabytes }): Judgement => {
      const measured = latest(facts, given.ratio);
      const size = latest(facts, given.size);
      if (measured === undefined || size === undefined) return untold(given.ratio);
      const data = latest(facts, "used_memory") ?? 0;
      const small = size <= megabytes * megabyte || data < dataMegabytes * megabyte;
      if (measured <= ratio || small) return passed;
      return found(severity, `${given.ratio} is ${measured}: ${bytes(size)} beyond the data`);
    },
  });
}
