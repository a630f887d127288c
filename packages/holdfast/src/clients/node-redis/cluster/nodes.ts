import type { AdapterHost } from "../../adapter.ts";
import type { FleetHost, Member } from "../../fleet.ts";
import { nestedHost } from "../entry-call.ts";
import type { NodeRedisAdapter } from "../hooks.ts";
import { hookNodeRedis } from "../hooks.ts";
import type { NodeRedisClient } from "../members.ts";
import { onAssigned } from "./assigned.ts";
import type { ClusterNode, ClusterSlots, PubSubNode } from "./members.ts";

export type NodeMember = Member<NodeRedisAdapter>;

/** What the cluster hears about a connection of one of its nodes. */
export interface NodeEvents {
  /** A connection for commands is lost. */
  lost(node: ClusterNode): void;
  /** A connection that is subscribed cannot be made again. */
  subscriberLost(client: NodeRedisClient): void;
}

/** Failures to connect after which a subscriber looks for another node. */
const subscriberFailuresMax = 2;

/**
 * The clients of a cluster's nodes. The client makes them inside, and tells nobody; but it keeps each in
 * a property of an object in a map. So the map says when a node appears, and the property when it gets a
 * client, which is before that client connects.
 */
export class Nodes {
  readonly #host: FleetHost;
  readonly #events: NodeEvents;
  readonly #members: Map<NodeRedisClient, NodeMember> = new Map();
  /** A node has left on which keys were watched, and no other has come since. */
  #lost = false;

  constructor(host: FleetHost, events: NodeEvents) {
    this.#host = host;
    this.#events = events;
  }

  memberOf(client: NodeRedisClient | undefined): NodeMember | undefined {
    return client === undefined ? undefined : this.#members.get(client);
  }

  releaseAll(): void {
    for (const member of this.#members.values()) member.adapter.release();
    this.#members.clear();
  }

  /** From now on its clients are guarded as they are made. */
  watch(node: ClusterNode): void {
    onAssigned(node, "client", (client: NodeRedisClient | undefined, before) => {
      if (before !== undefined) this.leave(before);
      if (client !== undefined) this.#join(client, () => this.#events.lost(node));
    });
    this.#watchPubSub(node, "pubSub");
  }

  /** As `watch`, for the connection that is subscribed to channels of all nodes. */
  watchSubscriber(slots: ClusterSlots): void {
    this.#watchPubSub(slots, "pubSubNode");
  }

  /** The client of a node that has left. What it had written may have run. */
  leave(client: NodeRedisClient): void {
    const member = this.#members.get(client);
    if (member === undefined) return;
    this.#members.delete(client);
    const { link } = member.adapter;
    if (link.watching) this.#lose();
    link.drop(new Error("the node has left the cluster"));
    // Once those have heard of it who had commands there: what was not written goes elsewhere.
    setImmediate(() => {
      if (link.open) link.stop();
      member.leave();
    });
  }

  /** Whichever node has the keys now or soon, the transaction comes there without its condition. */
  #lose(): void {
    this.#lost = true;
    for (const { adapter } of this.#members.values()) adapter.link.lose();
  }

  #watchPubSub(target: object, name: string): void {
    onAssigned(target, name, (value: PubSubNode | undefined, before) => {
      if (before !== undefined) this.leave(before.client);
      if (value !== undefined) this.#joinSubscriber(value);
    });
  }

  #joinSubscriber({ client, connectPromise }: PubSubNode): void {
    let failures = 0;
    const member = this.#host.join(
      (host) =>
        hookNodeRedis(
          client,
          withDown(host, () => {
            if (++failures >= subscriberFailuresMax) this.#events.subscriberLost(client);
          }),
        ),
      "subscriber",
    );
    client.on("ready", () => {
      failures = 0;
    });
    if (connectPromise !== undefined) member.adapter.link.follows(connectPromise);
    this.#members.set(client, member);
  }

  #join(client: NodeRedisClient, lost: () => void): void {
    const member = this.#host.join((host) =>
      hookNodeRedis(client, withDown(nestedHost(host), lost)),
    );
    this.#members.set(client, member);
    // When it leaves in its turn, it hands on what was lost.
    if (this.#lost) member.adapter.link.lose();
    this.#lost = false;
  }
}

function withDown(host: AdapterHost, onDown: () => void): AdapterHost {
  return {
    clock: host.clock,
    connectMs: host.connectMs,
    submit: (call) => host.submit(call),
    enter: (call) => host.enter(call),
    failed: (call, error) => host.failed(call, error),
    connecting: () => host.connecting(),
    up: () => host.up(),
    closed: () => host.closed(),
    adopt: (duplicate) => host.adopt(duplicate),
    down: (cause) => {
      queueMicrotask(onDown);
      return host.down(cause);
    },
  };
}
