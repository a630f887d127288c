import { type Check, check, found, passed, untold } from "./check.ts";
import { docs } from "./docs.ts";
import { redis } from "./sources.ts";

export const sentinelChecks: readonly Check[] = [
  check({
    id: "sen.primary",
    severity: "critical",
    reads: "SENTINEL MASTERS: the primary's address and flags",
    needs: ["sentinel"],
    limits: {},
    expected: () => "the Sentinel knows the primary by that name and finds it well",
    fix: "Use a name that SENTINEL MASTERS lists; bring the primary back or let the Sentinels elect: SENTINEL FAILOVER name",
    doc: docs.sentinel,
    from: redis,
    judge: ({ sentinel }) => {
      if (sentinel === undefined) return untold("the primary");
      if (sentinel.primary === undefined) {
        const known = sentinel.names.join(", ") || "none";
        return found("critical", `no primary is called ${sentinel.primaryName}; known: ${known}`);
      }
      const bad = sentinel.flags.filter((flag) => /down|disconnected|failover/.test(flag));
      return bad.length === 0
        ? passed
        : found("critical", `${sentinel.primaryName} is ${bad.join(", ")}`);
    },
  }),
  check({
    id: "sen.quorum",
    severity: "critical",
    reads: "SENTINEL CKQUORUM; SENTINEL MASTERS: num-other-sentinels",
    needs: ["sentinel"],
    limits: { warning: 3, critical: 2 },
    expected: ({ warning }) => `at least ${warning} Sentinels, and enough of them to elect`,
    fix: "Start Sentinels on three hosts; SENTINEL RESET name makes them forget those that are gone",
    doc: docs.sentinel,
    from: redis,
    judge: ({ sentinel }, { warning, critical }) => {
      const others = sentinel?.otherSentinels;
      if (sentinel === undefined || others === undefined) return untold("num-other-sentinels");
      if (sentinel.checkQuorum !== undefined && !sentinel.checkQuorum.startsWith("OK")) {
        return found("critical", sentinel.checkQuorum);
      }
      const count = others + 1;
      if (count < critical)
        return found("critical", "this Sentinel is alone: nobody can fail over");
      return count < warning ? found("warning", `${count} Sentinels`) : passed;
    },
  }),
  check({
    id: "sen.tilt",
    severity: "critical",
    reads: "INFO sentinel: sentinel_tilt",
    needs: ["sentinel"],
    limits: {},
    expected: () => "the Sentinel is not in TILT",
    fix: "Its clock jumped or its host stood still: mend NTP and the host; it acts again after 30 s",
    doc: docs.sentinel,
    from: redis,
    judge: ({ sentinel }) =>
      sentinel?.tilt === true
        ? found("critical", "the Sentinel is in TILT and does nothing")
        : passed,
  }),
  check({
    id: "sen.replicas",
    severity: "warning",
    reads: "SENTINEL MASTERS: num-slaves",
    needs: ["sentinel"],
    limits: { warning: 1 },
    expected: ({ warning }) => `at least ${warning} replica to fail over to`,
    fix: "Add one: REPLICAOF primary port",
    doc: docs.sentinel,
    from: redis,
    judge: ({ sentinel }, { warning }) => {
      if (sentinel?.replicas === undefined) return untold("num-slaves");
      return sentinel.replicas < warning
        ? found("warning", `${sentinel.replicas} replicas`)
        : passed;
    },
  }),
  check({
    id: "sen.reach",
    severity: "warning",
    reads: "a connection to each Sentinel of the URL",
    needs: ["sentinel"],
    limits: {},
    expected: () => "every Sentinel answers",
    fix: "Restart it, or take it out of the applications' list",
    doc: docs.sentinel,
    from: redis,
    judge: ({ sentinel }) =>
      (sentinel?.unanswered ?? []).length === 0
        ? passed
        : found("warning", `not answering: ${sentinel?.unanswered.join(", ")}`),
  }),
];
