import type { WatchedFleet } from "../../fleet.ts";
import { hook } from "../../hook.ts";
import type { NodeRedisClient } from "../members.ts";
import { observeNodeRedis } from "../observe.ts";
import type { NodeRedisSentinel } from "./members.ts";
import { nodeRedisSentinelTarget } from "./members.ts";

/**
 * Watches the clients of a sentinel from when each gets its first command, and changes nothing.
 *
 * @returns What ends the watch.
 */
export function observeNodeRedisSentinel(client: object, fleet: WatchedFleet): () => void {
  const sentinel = nodeRedisSentinelTarget(client);
  const { _execute: execute } = sentinel;
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
  const undo = hook(sentinel, "_execute", ((isReadonly, task) =>
    execute.call(sentinel, isReadonly, (one) => {
      join(one);
      return task(one);
    })) satisfies NodeRedisSentinel["_execute"]);
  return () => {
    undo();
    for (const leave of leaves.values()) leave();
  };
}
