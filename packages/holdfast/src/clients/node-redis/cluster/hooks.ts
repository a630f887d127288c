import type { Adapter } from "../../adapter.ts";
import type { FleetHost } from "../../fleet.ts";
import { hook } from "../../hook.ts";
import type { EntryDetails } from "../entry-call.ts";
import { currentEntry, EntryCall } from "../entry-call.ts";
import { hookOptions, settledWithin, subscriptionMethods } from "../hooks.ts";
import { ClusterLink } from "./link.ts";
import type { ClusterBatch, ClusterNode, NodeFunction, NodeRedisCluster } from "./members.ts";
import { nodeRedisClusterTarget } from "./members.ts";
import { Nodes } from "./nodes.ts";
import { Subscriptions } from "./subscriptions.ts";
import type { Informant } from "./topology.ts";
import { Topology } from "./topology.ts";

/** Part of `connectMs` that one node has to say what it knows of the cluster. */
const askPart = 0.25;

/** How long a root node may be silent while the client asks it for the map, in milliseconds. */
const rootSilenceMs = 500;

/**
 * Hooks a node-redis cluster. The client goes on routing, and following MOVED and ASK; each node's client
 * is hooked as it is made, and the cluster's own members only where commands come in and where the map of
 * the nodes is read.
 *
 * @throws HoldfastError `HOLDFAST_CLIENT` before anything is changed.
 */
export function hookNodeRedisCluster(client: object, host: FleetHost): Adapter {
  const cluster = nodeRedisClusterTarget(client);
  const { _slots: slots } = cluster;
  const { rootNodes, minimizeConnections } = cluster._options;
  const link = new ClusterLink(cluster, host, host.clock);
  const subscriptions = new Subscriptions(cluster, host.clock, () => link.open);
  const nodes: Nodes = new Nodes(host, {
    lost: () => topology.suspect(),
    subscriberLost: (lost) => {
      const { pubSubNode } = slots;
      if (pubSubNode?.client !== lost) return;
      slots.pubSubNode = undefined;
      subscriptions.moveFrom(lost);
    },
  });
  const isUsable = (node: ClusterNode) => nodes.memberOf(node.client)?.usable === true;
  const known = () => [...slots.masters, ...slots.replicas];
  const topology: Topology = new Topology({
    cluster,
    clock: host.clock,
    askMs: host.connectMs * askPart,
    informants: () => shuffled(known().filter(isUsable)).flatMap((node) => informant(node, nodes)),
    unwell: () =>
      link.ready && known().some((node) => node.client !== undefined && !isUsable(node)),
    left: (node) => {
      subscriptions.moveSubscriber(node);
      const { client: itsClient, pubSub } = node;
      node.client = undefined;
      if (pubSub !== undefined) {
        subscriptions.moveFrom(pubSub.client);
        node.pubSub = undefined;
      }
      if (itsClient !== undefined) nodes.leave(itsClient);
    },
    renewed: () => connectAll(cluster),
  });
  const restore = [
    hookOptions(cluster),
    takeOverClusterOptions(cluster),
    hookNodeMap(cluster, nodes),
    hookCommands(cluster, host, link),
    ...hookBatches(cluster, host, link),
    ...hookSubscriptions(cluster, host, link),
    ...hookLife(cluster, host, link, { rootNodes, minimizeConnections }),
  ];
  const onConnect = () => connectAll(cluster);
  cluster.on("connect", onConnect);
  if (slots.isOpen) connectAll(cluster);
  return {
    link,
    release: () => {
      for (const undo of restore) undo();
      cluster.off("connect", onConnect);
      nodes.releaseAll();
      topology.release();
      subscriptions.release();
      link.release();
    },
  };
}

function informant(node: ClusterNode, nodes: Nodes): Informant[] {
  const { client } = node;
  const member = nodes.memberOf(client);
  if (client === undefined || member === undefined) return [];
  return [{ host: node.host, client, ask: (args) => member.adapter.link.ask(args) }];
}

/** Whoever is asked first should not have to wait for the connection. */
function connectAll({ _slots: slots }: NodeRedisCluster): void {
  for (const node of [...slots.masters, ...slots.replicas]) {
    if (node.client === undefined) slots.nodeClient(node).catch(() => {});
  }
}

/**
 * While it reads the map the client waits for every node to be connected, unless it is told to connect
 * them when they are needed; and it waits for ever for a root node that never answers.
 */
function takeOverClusterOptions({ _options: options }: NodeRedisCluster): () => void {
  const { rootNodes, minimizeConnections } = options;
  options.minimizeConnections = true;
  options.rootNodes = rootNodes.map((node) => ({
    ...node,
    socket: { connectTimeout: rootSilenceMs, ...node.socket, socketTimeout: rootSilenceMs },
  }));
  return () => {
    options.minimizeConnections = minimizeConnections;
    options.rootNodes = rootNodes;
  };
}

function hookNodeMap({ _slots: slots }: NodeRedisCluster, nodes: Nodes): () => void {
  const { nodeByAddress } = slots;
  const { set, clear } = nodeByAddress;
  for (const node of nodeByAddress.values()) nodes.watch(node);
  nodes.watchSubscriber(slots);
  const restore = [
    hook(nodeByAddress, "set", (address: string, node: ClusterNode) => {
      nodes.watch(node);
      return set.call(nodeByAddress, address, node);
    }),
    hook(nodeByAddress, "clear", () => {
      const all = [...nodeByAddress.values()];
      clear.call(nodeByAddress);
      // The client has ended them: here their guards end.
      for (const node of all) if (node.client !== undefined) nodes.leave(node.client);
    }),
  ];
  return () => {
    for (const undo of restore) undo();
  };
}

function hookCommands(cluster: NodeRedisCluster, host: FleetHost, link: ClusterLink): () => void {
  const { _execute: execute, _executeWithPolicies: withPolicies } = cluster;
  const isOpen = () => link.open;
  const nest = (call: EntryCall, run: NodeFunction): NodeFunction => {
    return (client, options) => call.carry(() => run(client, options));
  };
  const undoExecute = hook(cluster, "_execute", ((key, isReadonly, options, run, ...rest) => {
    const within = (call: EntryCall) =>
      execute.call(cluster, key, isReadonly, options, nest(call, run), ...rest);
    const call = currentEntry();
    if (call !== undefined) return within(call);
    // Of a command that goes to several nodes, which belongs to one already.
    if (withPolicies !== undefined) {
      return execute.call(cluster, key, isReadonly, options, run, ...rest);
    }
    return submit(host, { name: "COMMAND", args: undefined, size: 1, isOpen, run: within });
  }) satisfies NodeRedisCluster["_execute"]);
  if (withPolicies === undefined) return undoExecute;
  const undoPolicies = hook(cluster, "_executeWithPolicies", ((
    parser,
    isReadonly,
    options,
    make,
  ) => {
    const { redisArgs } = parser;
    const run = (call: EntryCall) =>
      withPolicies.call(cluster, parser, isReadonly, options, (part) => nest(call, make(part)));
    return submit(host, { name: String(redisArgs[0]), args: redisArgs, size: 1, isOpen, run });
  }) satisfies typeof withPolicies);
  return () => {
    undoExecute();
    undoPolicies();
  };
}

/** The client makes a batch first and runs it later: then it is submitted whole. */
function hookBatches(
  cluster: NodeRedisCluster,
  host: FleetHost,
  link: ClusterLink,
): (() => void)[] {
  const { MULTI: multi } = cluster;
  const guarded = function (this: NodeRedisCluster, routing?: unknown) {
    const batch = multi.call(this, routing);
    for (const name of ["exec", "execAsPipeline"] as const) {
      const run = batch[name];
      hook(batch, name, function (this: ClusterBatch, ...values: unknown[]) {
        // `exec` may call the other one itself.
        if (currentEntry() !== undefined) return run.apply(this, values);
        return submit(host, {
          name: name === "exec" ? "MULTI" : "PIPELINE",
          args: undefined,
          size: 1,
          isOpen: () => link.open,
          run: () => run.apply(this, values),
        });
      });
    }
    return batch;
  };
  return ["MULTI", "multi"].map((name) => hook(cluster, name, guarded));
}

function hookSubscriptions(
  cluster: NodeRedisCluster,
  host: FleetHost,
  link: ClusterLink,
): (() => void)[] {
  const names = subscriptionMethods.flatMap((name) => [name, name.toUpperCase()]);
  return names.map((name) => {
    const raw = Reflect.get(cluster, name) as
      | ((...values: unknown[]) => Promise<unknown>)
      | undefined;
    if (typeof raw !== "function") return () => {};
    return hook(cluster, name, function (this: NodeRedisCluster, ...values: unknown[]) {
      return submit(host, {
        name: name.toUpperCase(),
        args: undefined,
        size: 1,
        isOpen: () => link.open,
        run: () => raw.apply(this, values),
      });
    });
  });
}

function hookLife(
  cluster: NodeRedisCluster,
  host: FleetHost,
  link: ClusterLink,
  originals: object,
): (() => void)[] {
  const { duplicate, destroy, _slots: slots } = cluster;
  return [
    hook(cluster, "connect", async function (this: NodeRedisCluster) {
      // As the client itself does.
      if (link.open) throw new Error("Cluster already open");
      await settledWithin(link.start(), host);
      return this;
    }),
    hook(cluster, "duplicate", function (this: NodeRedisCluster, overrides?: object) {
      const copy = duplicate.call(this, { ...originals, ...overrides });
      host.adopt(copy);
      return copy;
    }),
    ...["close", "destroy", "disconnect", "quit"].map((name) => {
      const raw = Reflect.get(cluster, name) as (...values: unknown[]) => unknown;
      if (typeof raw !== "function") return () => {};
      return hook(cluster, name, function (this: NodeRedisCluster, ...values: unknown[]) {
        if (!link.open) return raw.apply(this, values);
        link.stop();
        // Between two attempts there is nothing to end.
        if (!slots.isOpen) return name === "destroy" ? undefined : Promise.resolve();
        const clients = [...slots.masters, ...slots.replicas].map((node) => node.client);
        const ended = raw.apply(this, values);
        if (!(ended instanceof Promise)) return ended;
        // A node that never answers would keep it waiting.
        const rest = () => {
          for (const client of clients) if (client?.isOpen === true) client.destroy();
          destroy.call(cluster);
        };
        return settledWithin(ended, host).then(rest);
      });
    }),
  ];
}

function submit(host: FleetHost, details: EntryDetails): Promise<unknown> {
  return new Promise((resolve, reject) => {
    host.submit(new EntryCall(host, details, resolve, reject));
  });
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => [Math.random(), item] as const)
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);
}
