import {
  type Check,
  check,
  found,
  growth,
  latest,
  numberIn,
  passed,
  skip,
  untold,
} from "./check.ts";
import { docs } from "./docs.ts";
import { netdata, redis, redisDoctor } from "./sources.ts";

export const replicationChecks: readonly Check[] = [
  check({
    id: "repl.link",
    severity: "critical",
    reads: "INFO replication: master_link_status, master_link_down_since_seconds",
    needs: ["samples"],
    limits: {},
    expected: () => "up",
    fix: "See the replica's log; check that it reaches the primary (redis-cli -h PRIMARY -p PORT ping) and knows its password (masterauth)",
    doc: docs.replication,
    from: netdata,
    judge: (facts) => {
      const info = facts.samples?.second ?? facts.samples?.first;
      if (info?.role !== "slave") return passed;
      if (info.master_link_status === "up") return passed;
      const since = numberIn(info, "master_link_down_since_seconds");
      const how = since === undefined || since < 0 ? "" : ` for ${since} s`;
      return found("critical", `the link to ${info.master_host}:${info.master_port} is down${how}`);
    },
  }),
  check({
    id: "repl.partial",
    severity: "warning",
    reads: "INFO stats: growth of sync_partial_err between the samples",
    needs: ["samples"],
    limits: { warning: 0 },
    expected: () => "no replica needs a full copy after a break",
    fix: "CONFIG SET repl-backlog-size 64mb: enough for what is written during a break",
    doc: docs.replication,
    from: redis,
    judge: (facts, { warning }) => {
      const count = growth(facts, "sync_partial_err");
      if (count === undefined) return skip("there is no second sample");
      return count > warning
        ? found("warning", `${count} times a full copy in place of a partial one`)
        : passed;
    },
  }),
  check({
    id: "repl.lost",
    severity: "critical",
    reads: "INFO replication: connected_slaves at both samples",
    needs: ["samples"],
    limits: {},
    expected: () => "no replica is lost",
    fix: "See the network between them and the replica's log",
    doc: docs.replication,
    from: "awesome-prometheus-alerts",
    judge: (facts) => {
      const before = numberIn(facts.samples?.first, "connected_slaves");
      const after = numberIn(facts.samples?.second, "connected_slaves");
      if (before === undefined || after === undefined) return skip("there is no second sample");
      return after < before ? found("critical", `${before} replicas, then ${after}`) : passed;
    },
  }),
  check({
    id: "repl.writable",
    severity: "critical",
    reads: "CONFIG: replica-read-only, on a replica",
    needs: ["samples", "config"],
    limits: {},
    expected: () => "a replica takes no writes",
    fix: "CONFIG SET replica-read-only yes: what is written to a replica is lost at the next copy",
    doc: docs.replication,
    from: redisDoctor,
    judge: ({ samples, config }) => {
      if ((samples?.second ?? samples?.first)?.role !== "slave") return passed;
      const readOnly = config?.["replica-read-only"] ?? config?.["slave-read-only"];
      if (readOnly === undefined) return untold("replica-read-only");
      return readOnly === "no" ? found("critical", "this replica takes writes") : passed;
    },
  }),
  check({
    id: "repl.minimum",
    severity: "critical",
    reads: "CONFIG: min-replicas-to-write; INFO replication: min_slaves_good_slaves",
    needs: ["samples", "config"],
    limits: {},
    expected: () => "as many replicas as writes need",
    fix: "Bring the replicas back, or lower the demand: CONFIG SET min-replicas-to-write 0. Writes get NOREPLICAS meanwhile.",
    doc: docs.replication,
    from: redis,
    judge: (facts) => {
      const wanted = numberIn(facts.config, "min-replicas-to-write") ?? 0;
      const info = facts.samples?.second ?? facts.samples?.first;
      if (wanted === 0 || info?.role === "slave") return passed;
      const good =
        latest(facts, "min_slaves_good_slaves") ?? latest(facts, "connected_slaves") ?? 0;
      return good < wanted
        ? found("critical", `${good} of ${wanted} replicas are in step`)
        : passed;
    },
  }),
];
