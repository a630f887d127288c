import type { Evidence, Signal } from "../../source.ts";
import { latest, milliseconds, numberIn } from "../checks/check.ts";
import { failing, isClusterDown, placeOf } from "../checks/cluster.ts";
import { evicts, fullness } from "../checks/memory.ts";
import { mainThreadShare } from "../checks/processor.ts";
import type { Facts } from "../facts.ts";
import { raiseIf } from "./raise.ts";

/** It has started so lately that what failed may have failed because of that. */
const restartedSeconds = 600;
const fullFrom = 0.95;
const saturatedFrom = 0.9;

/** How the server says that it is. */
export function stateSignals(facts: Facts): readonly Signal[] {
  const info = facts.samples?.second ?? facts.samples?.first;
  const says = (wanted: boolean, text: string, place: string): Evidence | undefined =>
    wanted ? { text, place } : undefined;
  const field = (name: string): string => `${name}:${info?.[name] ?? "?"}`;
  const uptime = latest(facts, "uptime_in_seconds");
  const full = fullness(facts) ?? 0;
  const cpu = mainThreadShare(facts) ?? 0;
  return [
    ...raiseIf("server.loading", [
      // A refused login has said so already.
      says(
        latest(facts, "loading") === 1 && facts.login?.outcome !== "loading",
        field("loading"),
        "INFO persistence",
      ),
    ]),
    ...raiseIf("server.restarted", [
      uptime !== undefined && uptime < restartedSeconds
        ? {
            text: `it started ${uptime} s ago`,
            place: "INFO server uptime_in_seconds",
            at: facts.examinedAt - uptime * 1000,
          }
        : undefined,
    ]),
    ...raiseIf("server.memory-full", [
      says(
        full >= fullFrom && !evicts(facts),
        `${field("used_memory")}, ${field("maxmemory")}, ${field("maxmemory_policy")}`,
        "INFO memory",
      ),
    ]),
    ...raiseIf("server.cpu-saturated", [
      says(
        cpu >= saturatedFrom,
        `the main thread used ${Math.round(cpu * 100)} % of a core`,
        "INFO cpu",
      ),
    ]),
    ...raiseIf("server.fork-slow", [
      says(
        (latest(facts, "latest_fork_usec") ?? 0) > 200_000,
        field("latest_fork_usec"),
        "INFO stats",
      ),
      ...latencyEvidence(facts, /^fork$/, 100),
    ]),
    ...raiseIf("server.saving", [
      says(
        latest(facts, "rdb_bgsave_in_progress") === 1,
        field("rdb_bgsave_in_progress"),
        "INFO persistence",
      ),
      says(
        latest(facts, "aof_rewrite_in_progress") === 1,
        field("aof_rewrite_in_progress"),
        "INFO persistence",
      ),
    ]),
    ...raiseIf("server.disk", [
      ...["rdb_last_bgsave_status", "aof_last_write_status", "aof_last_bgrewrite_status"].map(
        (name) => says(info?.[name] === "err", field(name), "INFO persistence"),
      ),
      says(
        (numberIn(facts.samples?.second, "aof_delayed_fsync") ?? 0) >
          (numberIn(facts.samples?.first, "aof_delayed_fsync") ?? 0),
        `${field("aof_delayed_fsync")}, and it grew meanwhile`,
        "INFO persistence",
      ),
      says(
        facts.host?.process?.state === "D",
        "the process waits for a disk (state D)",
        "/proc/PID/stat",
      ),
      ...latencyEvidence(facts, /^aof-|^rdb-/, 100),
    ]),
    ...raiseIf("server.replica", [
      says(
        info?.role === "slave",
        `role:slave of ${info?.master_host}:${info?.master_port}`,
        "INFO replication",
      ),
    ]),
    ...raiseIf("server.link-down", [
      says(info?.master_link_status === "down", field("master_link_status"), "INFO replication"),
    ]),
    ...roleSignals(facts),
    ...raiseIf("server.noreplicas", [
      says(
        (numberIn(facts.config, "min-replicas-to-write") ?? 0) >
          (latest(facts, "min_slaves_good_slaves") ?? Number.POSITIVE_INFINITY),
        `${field("min_slaves_good_slaves")} with min-replicas-to-write ${facts.config?.["min-replicas-to-write"]}`,
        "INFO replication",
      ),
    ]),
    ...clusterSignals(facts),
    ...sentinelSignals(facts),
  ];
}

function roleSignals({ samples }: Facts): readonly Signal[] {
  const now = samples?.second ?? samples?.first;
  const promoted = /[1-9a-f]/.test(now?.master_replid2 ?? "") && now?.role === "master";
  const changed = samples?.second !== undefined && samples.first.role !== samples.second.role;
  const going = now?.master_failover_state;
  return [
    ...raiseIf("server.role-changed", [
      promoted
        ? {
            text: `it was a replica and was promoted (second_repl_offset:${now?.second_repl_offset})`,
            place: "INFO replication master_replid2",
          }
        : undefined,
      changed
        ? { text: `role:${samples?.first.role}, then ${now?.role}`, place: "INFO replication" }
        : undefined,
    ]),
    ...raiseIf("server.failover-going", [
      going !== undefined && going !== "no-failover"
        ? { text: `master_failover_state:${going}`, place: "INFO replication" }
        : undefined,
    ]),
  ];
}

function clusterSignals(facts: Facts): readonly Signal[] {
  const { cluster } = facts;
  if (cluster === undefined) return [];
  const bad = failing(cluster.nodes);
  const { cluster_state: state, cluster_slots_ok: ok } = cluster.info;
  return raiseIf(
    "server.cluster-down",
    [
      isClusterDown(facts)
        ? { text: `cluster_state:${state}, cluster_slots_ok:${ok}`, place: "CLUSTER INFO" }
        : undefined,
      ...bad.map((node) => ({
        text: `${placeOf(node)} is ${node.flags.join(",")}`,
        place: "CLUSTER NODES",
      })),
    ],
    Math.max(1, bad.length),
  );
}

function sentinelSignals({ sentinel }: Facts): readonly Signal[] {
  if (sentinel === undefined) return [];
  const { primaryName, primary, flags, checkQuorum } = sentinel;
  const bad = flags.filter((flag) => /down|failover/.test(flag));
  return raiseIf("server.failover-going", [
    primary === undefined
      ? { text: `no primary is called ${primaryName}`, place: "SENTINEL MASTERS" }
      : undefined,
    bad.length > 0
      ? { text: `${primaryName} is ${bad.join(", ")}`, place: "SENTINEL MASTERS flags" }
      : undefined,
    checkQuorum !== undefined && !checkQuorum.startsWith("OK")
      ? { text: checkQuorum, place: "SENTINEL CKQUORUM" }
      : undefined,
  ]);
}

function latencyEvidence(
  { latency = [] }: Facts,
  event: RegExp,
  fromMs: number,
): readonly Evidence[] {
  return latency
    .filter((each) => event.test(each.event) && each.maxMs >= fromMs)
    .map((each) => ({
      text: `${each.event} up to ${milliseconds(each.maxMs)}`,
      place: "LATENCY LATEST",
      at: each.at,
    }));
}
