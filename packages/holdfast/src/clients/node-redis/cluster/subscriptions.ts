import type { Clock } from "../../../core/index.ts";
import type { NodeRedisClient } from "../members.ts";
import type { ClusterNode, NodeRedisCluster } from "./members.ts";

/** The event by which the client tells itself that listeners need a connection anew. */
const resubscribeEvent = "__resubscribeListeners";

/** Pause before a subscription that failed is tried again, in milliseconds. */
const retryMs = 250;

type Listener = (...values: unknown[]) => void;
type Listeners = Iterable<
  [string, { readonly buffers: Set<Listener>; readonly strings: Set<Listener> }]
>;
type AllListeners = Partial<Record<"CHANNELS" | "PATTERNS" | "SHARDED", Listeners>>;

const methods = { CHANNELS: "SUBSCRIBE", PATTERNS: "PSUBSCRIBE", SHARDED: "SSUBSCRIBE" } as const;

/** A client's queue, as far as subscriptions go. */
interface PubSubQueue {
  removeAllPubSubListeners?(): AllListeners;
}

/**
 * Sees to it that subscriptions find another node when theirs is lost. The client tries once, and an
 * attempt that fails is an unhandled rejection and a listener that hears nothing any more.
 */
export class Subscriptions {
  readonly #cluster: NodeRedisCluster;
  readonly #clock: Clock;
  readonly #isOpen: () => boolean;
  readonly #before: readonly ((...values: never[]) => void)[];
  readonly #listener: (all: AllListeners) => void;

  constructor(cluster: NodeRedisCluster, clock: Clock, isOpen: () => boolean) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#isOpen = isOpen;
    this.#before = cluster.listeners(resubscribeEvent);
    this.#listener = (all) => this.#resubscribe(all);
    cluster.removeAllListeners(resubscribeEvent);
    cluster.on(resubscribeEvent, this.#listener);
  }

  /** The node has left, or cannot be reached: its subscriptions go elsewhere. */
  moveFrom(client: NodeRedisClient | undefined): void {
    const queue = client?._getQueue?.() as PubSubQueue | undefined;
    const listeners = queue?.removeAllPubSubListeners?.();
    if (listeners !== undefined) this.#resubscribe(listeners);
  }

  /** The connection for channels of all nodes, when it is to a node that has left. */
  moveSubscriber(node: ClusterNode): void {
    const { _slots: slots } = this.#cluster;
    const { pubSubNode } = slots;
    if (pubSubNode === undefined || pubSubNode.address !== node.address) return;
    slots.pubSubNode = undefined;
    this.moveFrom(pubSubNode.client);
  }

  release(): void {
    this.#cluster.off(resubscribeEvent, this.#listener as never);
    for (const listener of this.#before) this.#cluster.on(resubscribeEvent, listener);
  }

  #resubscribe(all: AllListeners): void {
    for (const kind of ["CHANNELS", "PATTERNS", "SHARDED"] as const) {
      for (const [channel, { buffers, strings }] of all[kind] ?? []) {
        for (const listener of buffers) this.#subscribe(methods[kind], channel, listener, true);
        for (const listener of strings) this.#subscribe(methods[kind], channel, listener, false);
      }
    }
  }

  #subscribe(method: string, channel: string, listener: Listener, buffers: boolean): void {
    if (!this.#isOpen()) return;
    const subscribe = Reflect.get(this.#cluster, method) as Listener;
    const again = () => {
      this.#clock.schedule(() => this.#subscribe(method, channel, listener, buffers), retryMs);
    };
    Promise.resolve(subscribe.call(this.#cluster, channel, listener, buffers)).catch(again);
  }
}
