import {
  type Check,
  check,
  found,
  growth,
  latest,
  milliseconds,
  passed,
  plural,
  skip,
  untold,
} from "./check.ts";
import { docs } from "./docs.ts";
import { netdata, redis, redisDoctor } from "./sources.ts";

export const persistenceChecks: readonly Check[] = [
  check({
    id: "rdb.fail",
    severity: "critical",
    reads: "INFO persistence: rdb_last_bgsave_status",
    needs: ["samples"],
    limits: {},
    expected: () => "ok",
    fix: "df -h and the server's log tell why (disk full, no right to write, fork refused); then BGSAVE. Writes are refused with MISCONF meanwhile.",
    doc: docs.persistence,
    from: redis,
    judge: ({ samples }) => {
      const status = (samples?.second ?? samples?.first)?.rdb_last_bgsave_status;
      if (status === undefined) return untold("rdb_last_bgsave_status");
      return status === "ok" ? passed : found("critical", `the last save failed: ${status}`);
    },
  }),
  check({
    id: "rdb.long",
    severity: "critical",
    reads: "INFO persistence: rdb_current_bgsave_time_sec",
    needs: ["samples"],
    limits: { warningSeconds: 600, criticalSeconds: 1200 },
    expected: ({ warningSeconds, criticalSeconds }) =>
      `a save takes at most ${warningSeconds} s (critical over ${criticalSeconds} s)`,
    fix: "Save on a replica, to a faster disk, or less often: CONFIG SET save '3600 1'",
    doc: docs.persistence,
    from: netdata,
    judge: (facts, { warningSeconds, criticalSeconds }) => {
      const seconds = latest(facts, "rdb_current_bgsave_time_sec");
      if (seconds === undefined) return untold("rdb_current_bgsave_time_sec");
      const observed = `a save has been going on for ${seconds} s`;
      if (seconds > criticalSeconds) return found("critical", observed);
      return seconds > warningSeconds ? found("warning", observed) : passed;
    },
  }),
  check({
    id: "rdb.old",
    severity: "warning",
    reads: "INFO persistence: rdb_last_save_time, rdb_changes_since_last_save; CONFIG: save",
    needs: ["samples"],
    limits: { warningHours: 48 },
    expected: ({ warningHours }) => `the last save is at most ${warningHours} hours old`,
    fix: "CONFIG SET save '3600 1 300 100', or copy a dump elsewhere each day",
    doc: docs.persistence,
    from: "awesome-prometheus-alerts",
    judge: (facts, { warningHours }) => {
      const saved = latest(facts, "rdb_last_save_time");
      const changes = latest(facts, "rdb_changes_since_last_save");
      if (saved === undefined || changes === undefined) return untold("rdb_last_save_time");
      // Whoever has switched saving off has decided; and what did not change needs no newer copy.
      if (facts.config?.save === "" || changes === 0) return passed;
      const hours = (facts.examinedAt / 1000 - saved) / 3600;
      if (hours <= warningHours) return passed;
      return found(
        "warning",
        `the last save is ${Math.round(hours)} hours old, with ${changes} changes since`,
      );
    },
  }),
  check({
    id: "aof.fail",
    severity: "critical",
    reads: "INFO persistence: aof_last_write_status, aof_last_bgrewrite_status",
    needs: ["samples"],
    limits: {},
    expected: () => "ok",
    fix: "df -h: free space on the disk of the append-only file; writes are refused with MISCONF until it can be written",
    doc: docs.persistence,
    from: redisDoctor,
    judge: ({ samples }) => {
      const info = samples?.second ?? samples?.first;
      const write = info?.aof_last_write_status;
      if (write === undefined) return untold("aof_last_write_status");
      if (write !== "ok") return found("critical", "the append-only file cannot be written");
      const rewrite = info?.aof_last_bgrewrite_status ?? "ok";
      return rewrite === "ok" ? passed : found("warning", "the last rewrite of the file failed");
    },
  }),
  check({
    id: "aof.fsync",
    severity: "warning",
    reads: "INFO persistence: growth of aof_delayed_fsync between the samples",
    needs: ["samples"],
    limits: { warning: 0 },
    expected: () => "no fsync is late",
    fix: "CONFIG SET no-appendfsync-on-rewrite yes; a faster disk, and one of its own",
    doc: docs.latency,
    from: redis,
    judge: (facts, { warning }) => {
      const info = facts.samples?.first;
      if (info?.aof_enabled === "0") return passed;
      const late = growth(facts, "aof_delayed_fsync");
      if (late === undefined) return skip("there is no second sample");
      return late > warning ? found("warning", `${plural(late, "fsync")} late meanwhile`) : passed;
    },
  }),
  check({
    id: "load.loading",
    severity: "critical",
    reads: "INFO persistence: loading, loading_loaded_perc, loading_eta_seconds; the reply LOADING",
    needs: ["login"],
    limits: {},
    expected: () => "the data is loaded",
    fix: "Wait, with clients that retry LOADING; a smaller dataset or a replica to fail over to is back sooner",
    doc: docs.persistence,
    from: redis,
    judge: (facts) => {
      const loading = latest(facts, "loading") === 1;
      if (!loading && facts.login?.outcome !== "loading") return passed;
      const done = latest(facts, "loading_loaded_perc");
      const eta = latest(facts, "loading_eta_seconds");
      const told = [
        done === undefined ? "" : `, ${done} % done`,
        eta === undefined ? "" : `, about ${milliseconds(eta * 1000)} left`,
      ];
      return found("critical", `it is loading its data${told.join("")}`);
    },
  }),
];
