import type { Adapter } from "../../adapter.ts";
import type { FleetHost, Member } from "../../fleet.ts";
import { hook } from "../../hook.ts";
import { isMade } from "../calls.ts";
import { connectWithin, withCallback } from "../hooks.ts";
import type { Callback, IoredisClient } from "../members.ts";
import { RoutedBatch } from "./batch.ts";
import { RoutedCall, routedCall } from "./calls.ts";
import { ClusterLink, takeOverClusterOptions } from "./link.ts";
import type { ClusterPipeline, IoredisCluster, OfflineQueue } from "./members.ts";
import { ioredisClusterTarget } from "./members.ts";
import type { NodeAdapter } from "./nodes.ts";
import { hookClusterNode } from "./nodes.ts";
import { nodeForPipeline } from "./route.ts";
import type { ClusterSide } from "./sides.ts";
import { Subscriber } from "./subscriber.ts";
import { Topology } from "./topology.ts";

/** Part of `connectMs` that one node has to say what it knows of the cluster. */
const refreshPart = 0.25;

/**
 * Hooks a Cluster of ioredis or iovalkey. The cluster goes on finding its nodes and following MOVED and
 * ASK; each node's client is hooked as it is made, and the cluster's own members only where commands
 * come in, where it would keep them, and where it reconnects.
 *
 * @throws HoldfastError `HOLDFAST_CLIENT` before anything is changed.
 */
export function hookIoredisCluster(client: object, host: FleetHost): Adapter {
  const cluster = ioredisClusterTarget(client);
  const { sendCommand, connectionPool: pool } = cluster;
  const members = new Map<IoredisClient, Member<NodeAdapter>>();
  const isUsable = (node: IoredisClient) => members.get(node)?.usable === true;
  const link = new ClusterLink(cluster, host);
  const topology = new Topology(cluster, host.clock, () =>
    [...members.keys()].some((node) => node.status !== "wait" && !isUsable(node)),
  );
  const subscriber = new Subscriber(cluster, host.clock, host.subscriber, isUsable);
  const side: ClusterSide = {
    owner: host,
    cluster,
    sendCommand,
    get open() {
      return link.open;
    },
    nodeFor: (pipeline) => {
      const node = nodeForPipeline(cluster, pipeline, isUsable);
      return node && members.get(node)?.adapter.side;
    },
    suspect: () => topology.suspect(),
  };
  const join = (node: IoredisClient) => {
    const member = host.join((nodeHost) => hookClusterNode(node, nodeHost));
    members.set(node, member);
    node.on("close", () => {
      if (!members.has(node)) return;
      topology.suspect();
      subscriber.lost(node);
    });
    // Whoever is asked first should not have to wait for the connection.
    if (Reflect.get(node.options, "readOnly") !== true) member.adapter.link.wake();
  };
  const leave = (node: IoredisClient) => {
    const member = members.get(node);
    member?.leave();
    members.delete(node);
    if (member?.adapter.link.watched.watching !== true) return;
    // Whichever node has its keys now, the transaction comes there without its condition.
    for (const { adapter } of members.values()) adapter.link.watched.lose();
  };
  pool.on("+node", join);
  for (const node of pool.getNodes()) join(node);
  const options = takeOverClusterOptions(cluster, link, host.connectMs * refreshPart);
  const restore = [
    options.restore,
    hookRemoval(cluster, leave),
    hookCommands(side),
    hookBatches(side),
    hookOfflineQueue(cluster),
    hookSampling(cluster, isUsable),
    hookLife(cluster, link, host, options.originals),
  ];
  return {
    link,
    release: () => {
      pool.off("+node", join);
      for (const undo of restore) undo();
      for (const { adapter } of members.values()) adapter.release();
      topology.release();
      subscriber.release();
      link.release();
    },
  };
}

function hookCommands(side: ClusterSide): () => void {
  const { cluster, owner, sendCommand } = side;
  return hook(cluster, "sendCommand", function (this: IoredisCluster, command, stream, node) {
    if (stream !== undefined || node !== undefined) {
      return sendCommand.call(this, command, stream, node);
    }
    // The client gives one here once more when it could not route it.
    if (routedCall(command) !== undefined) return sendCommand.call(this, command);
    // While it connects the cluster asks a node about the cluster.
    if (command.name === "cluster" && cluster.status !== "ready") {
      return sendCommand.call(this, command);
    }
    // It has failed already: its own promise says why.
    if (!isMade(command)) return command.promise;
    owner.submit(new RoutedCall(side, command));
    return command.promise;
  } satisfies IoredisCluster["sendCommand"]);
}

/** Autopipelining arrives here too: it makes its pipelines by the cluster's own method. */
function hookBatches(side: ClusterSide): () => void {
  const { cluster } = side;
  const { pipeline, multi } = cluster;
  const undoPipeline = hook(cluster, "pipeline", function (this: IoredisCluster, commands) {
    return guardBatch(pipeline.call(this, commands), "PIPELINE", side);
  } satisfies IoredisCluster["pipeline"]);
  const undoMulti = hook(cluster, "multi", function (this: IoredisCluster, ...values) {
    const made = multi.apply(this, values);
    return "exec" in made ? guardBatch(made, "MULTI", side) : made;
  } satisfies IoredisCluster["multi"]);
  return () => {
    undoPipeline();
    undoMulti();
  };
}

function guardBatch(pipeline: ClusterPipeline, name: string, side: ClusterSide): ClusterPipeline {
  const { exec } = pipeline;
  let batch: RoutedBatch | undefined;
  hook(pipeline, "exec", function (this: ClusterPipeline, callback?: Callback) {
    if (batch !== undefined) {
      // A redirection: the client sends all of it once more, to the node in `preferKey`.
      batch.redirect();
      return pipeline.promise;
    }
    const result = new Promise((resolve, reject) => {
      const settle: Callback = (error, value) => {
        if (error === undefined) resolve(value);
        else reject(error);
      };
      batch = new RoutedBatch(side, name, pipeline, () => exec.call(pipeline), settle);
      side.owner.submit(batch);
    });
    return withCallback(result, callback);
  });
  return pipeline;
}

/** What the cluster cannot route must not wait there, for it would run when its caller is long gone. */
function hookOfflineQueue(cluster: IoredisCluster): () => void {
  const before = cluster.offlineQueue;
  const queue: OfflineQueue = {
    length: 0,
    push: ({ command }) => {
      const call = routedCall(command);
      if (call === undefined) command.reject(new Error("Connection is closed."));
      else call.returned();
    },
    shift: () => undefined,
  };
  cluster.offlineQueue = queue;
  for (let item = before.shift(); item !== undefined; item = before.shift()) {
    cluster.sendCommand(item.command);
  }
  return () => {
    cluster.offlineQueue = before;
  };
}

/**
 * A node that leaves while it is not connected has no event: the pool disconnects it, which ends its
 * attempts and says nothing.
 */
function hookRemoval(
  { connectionPool: pool }: IoredisCluster,
  leave: (node: IoredisClient) => void,
): () => void {
  const { removeNode } = pool;
  return hook(pool, "removeNode", (key: string) => {
    const node = pool.getInstanceByKey(key);
    removeNode.call(pool, key);
    if (node !== undefined) leave(node);
  });
}

/** A command without a key goes to any node: to one that is well, when there is one. */
function hookSampling(
  { connectionPool }: IoredisCluster,
  isUsable: (node: IoredisClient) => boolean,
): () => void {
  const { getSampleInstance } = connectionPool;
  return hook(connectionPool, "getSampleInstance", (role: string) => {
    const good = connectionPool.getNodes(role).filter(isUsable);
    return (
      good[Math.floor(Math.random() * good.length)] ?? getSampleInstance.call(connectionPool, role)
    );
  });
}

function hookLife(
  cluster: IoredisCluster,
  link: ClusterLink,
  host: FleetHost,
  originals: object,
): () => void {
  const { connect, quit, duplicate } = cluster;
  const restore = [
    hook(cluster, "connect", function (this: IoredisCluster, callback?: Callback) {
      const begins = ["wait", "end", "close"].includes(cluster.status);
      if (!begins) return connect.call(this, callback);
      return withCallback(connectWithin(this, connect, host, link), callback);
    } satisfies (callback?: Callback) => Promise<unknown>),
    hook(cluster, "quit", function (this: IoredisCluster, callback?: Callback) {
      const result = new Promise<unknown>((resolve, reject) => {
        // A node that never answers would keep it waiting.
        const timer = host.clock.schedule(() => {
          cluster.disconnect();
          resolve("OK");
        }, host.connectMs);
        quit
          .call(this)
          .then(resolve, reject)
          .finally(() => host.clock.cancel(timer));
      });
      return withCallback(result, callback);
    }),
    hook(cluster, "duplicate", function (this: IoredisCluster, nodes = [], overrides = {}) {
      const copy = duplicate.call(this, nodes, { ...originals, ...overrides });
      host.adopt(copy);
      return copy;
    } satisfies IoredisCluster["duplicate"]),
  ];
  return () => {
    for (const undo of restore) undo();
  };
}
