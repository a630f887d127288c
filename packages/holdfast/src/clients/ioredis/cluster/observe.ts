import type { WatchedFleet } from "../../fleet.ts";
import { hook } from "../../hook.ts";
import type { IoredisClient } from "../members.ts";
import { observeIoredis } from "../observe.ts";
import { ioredisClusterTarget } from "./members.ts";

/**
 * Watches the client of each node of a Cluster, and changes nothing.
 *
 * @returns What ends the watch.
 */
export function observeIoredisCluster(client: object, fleet: WatchedFleet): () => void {
  const { connectionPool: pool } = ioredisClusterTarget(client);
  const leaves = new Map<IoredisClient, () => void>();
  const join = (node: IoredisClient) => {
    leaves.set(
      node,
      fleet.join((witness) => observeIoredis(node, witness)),
    );
  };
  const leave = (node: IoredisClient) => {
    leaves.get(node)?.();
    leaves.delete(node);
  };
  pool.on("+node", join);
  for (const node of pool.getNodes()) join(node);
  const { removeNode } = pool;
  const undo = hook(pool, "removeNode", (key: string) => {
    const node = pool.getInstanceByKey(key);
    removeNode.call(pool, key);
    if (node !== undefined) leave(node);
  });
  return () => {
    undo();
    pool.off("+node", join);
    for (const node of [...leaves.keys()]) leave(node);
  };
}
