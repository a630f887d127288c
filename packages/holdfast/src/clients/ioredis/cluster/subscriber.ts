import type { Clock, Timer } from "../../../core/index.ts";
import { hook } from "../../hook.ts";
import type { IoredisClient } from "../members.ts";
import { addressOf } from "../members.ts";
import type { IoredisCluster } from "./members.ts";

/** First pause before another subscriber is chosen, in milliseconds. */
const baseMs = 25;

/** Longest pause. */
const capMs = 500;

/** A subscriber that lived this long ends a run of losses. */
const stableMs = 1_000;

/** What the guard hears about the connection that is subscribed. */
export interface SubscriberOwner {
  up(): void;
  down(cause: Error): void;
}

/**
 * The cluster subscribes over one connection to some node, and chooses another node when it is lost. By
 * itself it chooses among all nodes, a dead one too, and again in the same turn when that fails.
 */
export class Subscriber {
  readonly #cluster: IoredisCluster;
  readonly #clock: Clock;
  readonly #owner: SubscriberOwner;
  readonly #select: () => void;
  readonly #restore: readonly (() => void)[];
  #timer: Timer | undefined;
  #pauseMs = 0;
  #chosenAt: number = Number.NEGATIVE_INFINITY;
  #watched: IoredisClient | undefined;

  /** @param usable - Whether a node, by its client, is worth choosing. */
  constructor(
    cluster: IoredisCluster,
    clock: Clock,
    owner: SubscriberOwner,
    usable: (client: IoredisClient) => boolean,
  ) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#owner = owner;
    const { subscriber, connectionPool } = cluster;
    this.#select = subscriber.selectSubscriber;
    const getNodes = () => {
      const nodes = connectionPool.getNodes();
      const good = nodes.filter(usable);
      return good.length > 0 ? good : nodes;
    };
    this.#restore = [
      hook(subscriber, "connectionPool", { getNodes }),
      hook(subscriber, "selectSubscriber", () => this.#asked()),
    ];
    this.#watch();
  }

  /** The node is silent or gone: whoever is subscribed there hears nothing any more. */
  lost(node: IoredisClient): void {
    const { subscriber } = this.#cluster.subscriber;
    if (subscriber === null || addressOf(subscriber) !== addressOf(node)) return;
    subscriber.stream?.destroy();
  }

  release(): void {
    for (const undo of this.#restore) undo();
    if (this.#timer === undefined) return;
    this.#clock.cancel(this.#timer);
    this.#choose();
  }

  #asked(): void {
    if (this.#timer !== undefined) return;
    const now = this.#clock.now();
    const lived = now - this.#chosenAt;
    this.#pauseMs = lived >= stableMs ? 0 : Math.min(capMs, Math.max(baseMs, this.#pauseMs * 2));
    if (this.#pauseMs === 0) this.#choose();
    else this.#timer = this.#clock.schedule(() => this.#choose(), this.#pauseMs);
  }

  #choose(): void {
    this.#timer = undefined;
    this.#chosenAt = this.#clock.now();
    const { subscriber } = this.#cluster;
    if (subscriber.started === false) return;
    this.#select.call(subscriber);
    this.#watch();
  }

  #watch(): void {
    const { subscriber } = this.#cluster.subscriber;
    if (subscriber === null || subscriber === this.#watched) return;
    this.#watched = subscriber;
    let up = subscriber.status === "ready";
    subscriber.on("ready", () => {
      up = true;
      this.#owner.up();
    });
    subscriber.on("close", () => {
      if (up) this.#owner.down(new Error("the subscriber's connection was closed"));
      up = false;
    });
  }
}
