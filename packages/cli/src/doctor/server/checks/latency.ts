import { percentile } from "../percentile.ts";
import {
  bytes,
  type Check,
  check,
  found,
  type Judgement,
  latest,
  milliseconds,
  numberIn,
  ourJudgement,
  passed,
  plural,
  skip,
  untold,
} from "./check.ts";
import { docs } from "./docs.ts";
import { netdata, redis } from "./sources.ts";

export const latencyChecks: readonly Check[] = [
  check({
    id: "lat.off",
    severity: "information",
    reads: "CONFIG: latency-monitor-threshold",
    needs: ["config"],
    limits: {},
    expected: () => "the latency monitor is on",
    fix: "CONFIG SET latency-monitor-threshold 100",
    doc: docs.latencyMonitor,
    from: redis,
    judge: ({ config }) => {
      const threshold = numberIn(config, "latency-monitor-threshold");
      if (threshold === undefined) return untold("latency-monitor-threshold");
      return threshold === 0 ? found("information", "the latency monitor is off") : passed;
    },
  }),
  monitored("lat.command", ["command"], "Look for large keys and ranges: SLOWLOG GET"),
  monitored(
    "lat.fast",
    ["fast-command"],
    "Even cheap commands were slow: the machine lacks a free core, or swaps",
  ),
  monitored(
    "lat.expire",
    ["expire-cycle", "expire-del", "active-defrag-cycle"],
    "Many keys expire at once: add a random part to the TTLs",
  ),
  monitored(
    "lat.evict",
    ["eviction-cycle", "eviction-del"],
    "Memory filled suddenly: raise maxmemory, CONFIG SET lazyfree-lazy-eviction yes",
  ),
  monitored(
    "lat.disk",
    [
      "aof-fsync-always",
      "aof-write",
      "aof-write-pending-fsync",
      "aof-write-active-child",
      "aof-write-alone",
      "rdb-unlink-temp-file",
      "aof-rewrite-diff-write",
      "aof-rename",
    ],
    "The disk is slow: appendfsync everysec, no-appendfsync-on-rewrite yes, a faster disk",
  ),
  monitored("lat.fork", ["fork"], "Turn transparent huge pages off; save on a replica"),
  check({
    id: "lat.ping",
    severity: "warning",
    reads: "PING, every 20 ms between the samples",
    needs: ["ping"],
    limits: { factor: 10, leastMs: 20 },
    expected: ({ factor, leastMs }) => `p99 at most ${factor} times p50, or under ${leastMs} ms`,
    fix: "redis-cli --latency-history shows when; redis-cli --intrinsic-latency 10 on the server tells the machine's own part",
    doc: docs.latency,
    from: ourJudgement,
    judge: ({ ping }, { factor, leastMs }) => {
      const p50 = percentile(ping?.latencies ?? [], 0.5);
      const p99 = percentile(ping?.latencies ?? [], 0.99);
      if (p50 === undefined || p99 === undefined)
        return found("warning", ping?.failures[0] ?? "no PING was answered");
      if (p99 <= factor * p50 || p99 < leastMs) return passed;
      return found("warning", `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`);
    },
  }),
  check({
    id: "fork.usec",
    severity: "critical",
    reads: "INFO stats: latest_fork_usec",
    needs: ["samples"],
    limits: { warningMs: 200, criticalMs: 500 },
    expected: ({ warningMs, criticalMs }) =>
      `a fork takes at most ${warningMs} ms (critical over ${criticalMs} ms); 10 to 20 ms for each GB is normal`,
    fix: "echo never > /sys/kernel/mm/transparent_hugepage/enabled, then restart Redis; save on a replica; smaller instances",
    doc: docs.latency,
    from: netdata,
    judge: (facts, { warningMs, criticalMs }) => {
      const microseconds = latest(facts, "latest_fork_usec");
      if (microseconds === undefined) return untold("latest_fork_usec");
      const ms = microseconds / 1000;
      const used = latest(facts, "used_memory");
      const size = used === undefined ? "" : ` with ${bytes(used)}`;
      const observed = `the last fork held the server for ${milliseconds(ms)}${size}`;
      if (ms > criticalMs) return found("critical", observed);
      return ms > warningMs ? found("warning", observed) : passed;
    },
  }),
  check({
    id: "node.loop",
    severity: "warning",
    reads: "how late the doctor's own timers were",
    needs: ["ping"],
    limits: { medianMs: 10, maxMs: 100 },
    expected: ({ medianMs, maxMs }) =>
      `late by under ${medianMs} ms at the median and ${maxMs} ms at worst`,
    fix: "This machine is short of a free core: what is measured from here is too slow, and an application here times out falsely",
    doc: docs.latency,
    from: "clinic.js",
    judge: ({ ping }, { medianMs, maxMs }) => {
      const { median = 0, max = 0 } = ping?.ownDelay ?? {};
      if (median < medianMs && max < maxMs) return passed;
      return found("warning", `median ${milliseconds(median)}, at worst ${milliseconds(max)}`);
    },
  }),
];

function monitored(id: string, events: readonly string[], fix: string): Check {
  return check({
    id,
    severity: "warning",
    reads: `LATENCY LATEST: ${events.join(", ")}`,
    needs: ["latency"],
    limits: {},
    expected: () => "no event over the latency monitor's threshold",
    fix,
    doc: docs.latencyMonitor,
    from: redis,
    judge: ({ latency = [], config }): Judgement => {
      if (numberIn(config, "latency-monitor-threshold") === 0)
        return skip("the latency monitor is off");
      const seen = latency.filter(({ event }) => events.includes(event));
      const [worst] = [...seen].sort((a, b) => b.maxMs - a.maxMs);
      if (worst === undefined) return passed;
      const when = new Date(worst.at).toISOString();
      return found(
        "warning",
        `${plural(seen.length, "kind")} of event; ${worst.event} up to ${milliseconds(worst.maxMs)}, last at ${when}`,
      );
    },
  });
}
