import type { Link, LinkOwner } from "../../link.ts";
import type { ClusterOptions, IoredisCluster } from "./members.ts";
import { clusterAddress } from "./members.ts";

/**
 * Keeps one ioredis Cluster supplied with a map of its nodes. As with a single client, the cluster
 * calls its retry strategy synchronously at every loss: the one place to pace the next attempt.
 */
export class ClusterLink implements Link {
  readonly address: string;
  readonly bytesRead = undefined;
  readonly #cluster: IoredisCluster;
  readonly #owner: LinkOwner;
  readonly #removeListeners: () => void;
  #up = false;
  #ended = false;
  #cause: Error | undefined;

  constructor(cluster: IoredisCluster, owner: LinkOwner) {
    this.#cluster = cluster;
    this.#owner = owner;
    this.address = clusterAddress(cluster);
    const listeners = {
      // Some of the cluster's errors would end a process without a listener.
      error: (error: unknown) => this.#onError(error),
      connecting: () => this.#onConnecting(),
      ready: () => this.#onReady(),
      end: () => this.#onEnd(),
    };
    for (const [event, listener] of Object.entries(listeners))
      cluster.prependListener(event, listener);
    this.#removeListeners = () => {
      for (const [event, listener] of Object.entries(listeners)) cluster.off(event, listener);
    };
  }

  adopt(): void {
    const { status } = this.#cluster;
    if (status === "ready") this.#onReady();
    else if (status !== "wait" && status !== "end") this.#owner.connecting();
  }

  get open(): boolean {
    // After its end it is "close" once more with every node whose connection goes then.
    return !this.#ended && this.#cluster.status !== "end";
  }

  get ready(): boolean {
    return this.#up && this.#cluster.status === "ready";
  }

  wake(): void {
    if (this.#cluster.status === "wait") this.#cluster.connect().catch(() => {});
  }

  ping(): Promise<unknown> {
    return Promise.resolve("PONG");
  }

  probeApart(): Promise<unknown> {
    return this.ping();
  }

  drop(cause: Error): void {
    this.#cause = cause;
    this.#cluster.disconnect(true);
  }

  release(): void {
    this.#removeListeners();
  }

  /** What the cluster calls as its retry strategy. */
  retryStrategy(reason: Error | undefined): number {
    const cause = reason ?? this.#cause ?? new Error("None of startup nodes is available");
    this.#cause = undefined;
    this.#up = false;
    return this.#owner.down(cause);
  }

  #onError(error: unknown): void {
    const last = error instanceof Error ? (Reflect.get(error, "lastNodeError") ?? error) : error;
    this.#cause = last instanceof Error ? last : new Error(String(last));
  }

  #onConnecting(): void {
    this.#ended = false;
    this.#owner.connecting();
  }

  #onReady(): void {
    if (this.#cluster.status !== "ready") return;
    this.#cause = undefined;
    this.#up = true;
    this.#owner.up();
  }

  #onEnd(): void {
    this.#up = false;
    this.#ended = true;
    this.#owner.closed();
  }
}

/** The cluster's options that would defeat the guard, with what they were before. */
export interface TakenClusterOptions {
  readonly originals: object;
  readonly restore: () => void;
}

/** @param refreshMs - Longest wait for one node's map. */
export function takeOverClusterOptions(
  cluster: IoredisCluster,
  link: ClusterLink,
  refreshMs: number,
): TakenClusterOptions {
  const { options } = cluster;
  const { clusterRetryStrategy = null, slotsRefreshTimeout = 1_000 } = options;
  const { retryDelayOnMoved = 0, enableOfflineQueue = true } = options;
  const originals: ClusterOptions = {
    clusterRetryStrategy,
    slotsRefreshTimeout,
    retryDelayOnMoved,
    enableOfflineQueue,
  };
  options.clusterRetryStrategy = function (this: unknown, times, reason) {
    // Options are copied into other clusters, and those reconnect on their own.
    if (this === cluster) return link.retryStrategy(reason);
    return clusterRetryStrategy?.call(this as never, times, reason);
  };
  // A silent node is asked for the map as any other, and the time of a failover goes by.
  options.slotsRefreshTimeout = Math.min(slotsRefreshTimeout, refreshMs);
  options.retryDelayOnMoved = 0;
  // Nothing waits there: what the cluster would put there comes back. Without it, it would look at
  // the state of a node's connection before the node's guard does.
  options.enableOfflineQueue = true;
  return { originals, restore: () => Object.assign(options, originals) };
}
