import type { WatchedFleet } from "../../fleet.ts";
import { hook } from "../../hook.ts";
import type { NodeRedisClient } from "../members.ts";
import { observeNodeRedis } from "../observe.ts";
import { onAssigned } from "./assigned.ts";
import type { ClusterNode } from "./members.ts";
import { nodeRedisClusterTarget } from "./members.ts";

/**
 * Watches the client of each node of a cluster, and changes nothing.
 *
 * @returns What ends the watch.
 */
export function observeNodeRedisCluster(client: object, fleet: WatchedFleet): () => void {
  const { nodeByAddress } = nodeRedisClusterTarget(client)._slots;
  const leaves = new Map<NodeRedisClient, () => void>();
  const leave = (node: NodeRedisClient) => {
    leaves.get(node)?.();
    leaves.delete(node);
  };
  const watch = (node: ClusterNode) => {
    onAssigned(node, "client", (next: NodeRedisClient | undefined, before) => {
      if (before !== undefined) leave(before);
      if (next !== undefined) {
        leaves.set(
          next,
          fleet.join((witness) => observeNodeRedis(next, witness)),
        );
      }
    });
  };
  for (const node of nodeByAddress.values()) watch(node);
  const { set } = nodeByAddress;
  const undo = hook(nodeByAddress, "set", (address: string, node: ClusterNode) => {
    watch(node);
    return set.call(nodeByAddress, address, node);
  });
  return () => {
    undo();
    for (const node of [...leaves.keys()]) leave(node);
  };
}
