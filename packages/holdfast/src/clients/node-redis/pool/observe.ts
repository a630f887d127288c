import type { WatchedFleet } from "../../fleet.ts";
import { hook } from "../../hook.ts";
import type { NodeRedisClient } from "../members.ts";
import { observeNodeRedis } from "../observe.ts";
import { nodeRedisPoolTarget } from "./members.ts";

/**
 * Watches the clients of a pool from when each is first handed out, and changes nothing.
 *
 * @returns What ends the watch.
 */
export function observeNodeRedisPool(client: object, fleet: WatchedFleet): () => void {
  const pool = nodeRedisPoolTarget(client);
  const { execute } = pool;
  const leaves = new Map<NodeRedisClient, () => void>();
  const join = (one: NodeRedisClient) => {
    if (leaves.has(one)) return;
    leaves.set(
      one,
      fleet.join((witness) => observeNodeRedis(one, witness)),
    );
    one.on("end", () => {
      leaves.get(one)?.();
      leaves.delete(one);
    });
  };
  const undo = hook(pool, "execute", (task: (one: NodeRedisClient) => unknown) =>
    execute.call(pool, (one) => {
      join(one);
      return task(one);
    }),
  );
  return () => {
    undo();
    for (const leave of leaves.values()) leave();
  };
}
