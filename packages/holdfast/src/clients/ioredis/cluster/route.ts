import { commandClass } from "../../../commands/index.ts";
import type { IoredisClient } from "../members.ts";
import { addressOf } from "../members.ts";
import type { ClusterPipeline, IoredisCluster } from "./members.ts";

/**
 * The node that a pipeline goes to, told to the client as well. The client chooses when it writes the
 * first command; the node's guard has to decide before that.
 */
export function nodeForPipeline(
  cluster: IoredisCluster,
  pipeline: ClusterPipeline,
  isUsable: (node: IoredisClient) => boolean,
): IoredisClient | undefined {
  const { connectionPool: pool } = cluster;
  const { preferKey } = pipeline;
  const preferred = preferKey === undefined ? undefined : pool.getInstanceByKey(preferKey);
  if (preferred !== undefined) return preferred;
  const key = keyFor(cluster, pipeline, isUsable);
  if (key === undefined) return undefined;
  pipeline.preferKey = key;
  return pool.getInstanceByKey(key);
}

function keyFor(
  cluster: IoredisCluster,
  pipeline: ClusterPipeline,
  isUsable: (node: IoredisClient) => boolean,
): string | undefined {
  const { connectionPool: pool } = cluster;
  const keyed = pipeline._queue.find((command) => typeof command.getSlot() === "number");
  const slot = keyed?.getSlot();
  if (typeof slot !== "number") {
    const masters = pool.getNodes("master");
    const node = masters.find(isUsable) ?? masters[0];
    return node === undefined ? undefined : addressOf(node);
  }
  const keys = cluster.slots[slot] ?? [];
  if (cluster.options.scaleReads === "master" || !readsOnly(pipeline)) return keys[0];
  const replicas = cluster.options.scaleReads === "slave" ? keys.slice(1) : keys;
  const good = replicas.filter((key) => {
    const node = pool.getInstanceByKey(key);
    return node !== undefined && (isUsable(node) || node.status === "wait");
  });
  return good[Math.floor(Math.random() * good.length)] ?? keys[0];
}

function readsOnly(pipeline: ClusterPipeline): boolean {
  return pipeline._queue.every(({ name, args }) => commandClass(name, args, 0) === "read");
}
