import type { ClusterNode, Facts } from "../facts.ts";
import { type Check, check, found, numberIn, passed, plural, untold } from "./check.ts";
import { docs } from "./docs.ts";
import { redis } from "./sources.ts";

const slots = 16_384;

export const clusterChecks: readonly Check[] = [
  check({
    id: "clu.state",
    severity: "critical",
    reads: "CLUSTER INFO: cluster_state, cluster_slots_ok",
    needs: ["cluster"],
    limits: {},
    expected: () => "cluster_state:ok",
    fix: "redis-cli --cluster check HOST:PORT, then: redis-cli --cluster fix HOST:PORT; or bring the lost primary or its replica back",
    doc: docs.cluster,
    from: "redis_exporter mixin",
    judge: ({ cluster }) => {
      const state = cluster?.info.cluster_state;
      if (state === undefined) return untold("cluster_state");
      if (state === "ok") return passed;
      const ok = numberIn(cluster?.info, "cluster_slots_ok") ?? 0;
      return found("critical", `cluster_state is ${state}: ${ok} of ${slots} slots are served`);
    },
  }),
  check({
    id: "clu.slots",
    severity: "critical",
    reads:
      "CLUSTER INFO: cluster_slots_assigned, cluster_slots_pfail, cluster_slots_fail; CLUSTER NODES: flags",
    needs: ["cluster"],
    limits: {},
    expected: () => "every slot is assigned, and no node fails",
    fix: "Restart the failing node or fail over to its replica (CLUSTER FAILOVER); redis-cli --cluster fix HOST:PORT for slots nobody has",
    doc: docs.cluster,
    from: redis,
    judge: ({ cluster }) => {
      const assigned = numberIn(cluster?.info, "cluster_slots_assigned");
      if (assigned === undefined) return untold("cluster_slots_assigned");
      const failed = numberIn(cluster?.info, "cluster_slots_fail") ?? 0;
      const suspected = numberIn(cluster?.info, "cluster_slots_pfail") ?? 0;
      if (assigned < slots) return found("critical", `${slots - assigned} slots belong to no node`);
      if (failed > 0) return found("critical", `${failed} slots belong to nodes that have failed`);
      if (suspected > 0)
        return found("warning", `${suspected} slots belong to nodes that do not answer`);
      const bad = failing(cluster?.nodes ?? []);
      return bad.length === 0
        ? passed
        : found("warning", `${plural(bad.length, "node")} failing: ${bad.map(placeOf).join(", ")}`);
    },
  }),
  check({
    id: "clu.open",
    severity: "warning",
    reads: "CLUSTER NODES: slots that are migrating or importing",
    needs: ["cluster"],
    limits: {},
    expected: () => "no slot is left open",
    fix: "Wait for the resharding that is going on, or end one that was interrupted: redis-cli --cluster fix HOST:PORT",
    doc: docs.cluster,
    from: redis,
    judge: ({ cluster }) => {
      const open = (cluster?.nodes ?? []).reduce((sum, node) => sum + node.openSlots, 0);
      return open === 0 ? passed : found("warning", `${plural(open, "slot")} open`);
    },
  }),
  check({
    id: "clu.samehost",
    severity: "warning",
    reads: "CLUSTER NODES: addresses of primaries and their replicas",
    needs: ["cluster"],
    limits: {},
    expected: () => "no replica stands on its primary's host",
    fix: "Move the replica: redis-cli --cluster add-node … --cluster-slave on another host",
    doc: docs.cluster,
    from: redis,
    judge: ({ cluster }) => {
      const nodes = cluster?.nodes ?? [];
      const same = nodes.filter(({ primaryId, address }) =>
        nodes.some(({ id, address: primary }) => id === primaryId && primary.host === address.host),
      );
      if (same.length === 0) return passed;
      return found(
        "warning",
        `${plural(same.length, "replica")} on the primary's own host: ${same.map(placeOf).join(", ")}`,
      );
    },
  }),
  check({
    id: "clu.reach",
    severity: "critical",
    reads: "a PING to every other node at the address that CLUSTER NODES gives",
    needs: ["cluster"],
    limits: {},
    expected: () => "every node answers from here",
    fix: "Clients follow these addresses: open them in the firewall, or set cluster-announce-ip (containers, NAT)",
    doc: docs.cluster,
    from: redis,
    judge: ({ cluster }) => {
      const silent = (cluster?.answers ?? []).filter(({ answer }) => answer !== "PONG");
      if (silent.length === 0) return passed;
      const list = silent.map(({ node, answer }) => `${node} (${answer})`).join(", ");
      return found("critical", `${plural(silent.length, "node")} not answering: ${list}`);
    },
  }),
];

/** Nodes that others take for failed or suspect. */
export function failing(nodes: readonly ClusterNode[]): readonly ClusterNode[] {
  return nodes.filter(({ flags }) => flags.some((flag) => /^(fail\??|noaddr)$/.test(flag)));
}

/** Whether the cluster serves everything. */
export function isClusterDown({ cluster }: Facts): boolean {
  return cluster !== undefined && cluster.info.cluster_state !== "ok";
}

export function placeOf({ address }: ClusterNode): string {
  return `${address.host}:${address.port}`;
}
