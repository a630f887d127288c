import type { Clock, Timer } from "../../../core/index.ts";
import { hook } from "../../hook.ts";
import type { IoredisCluster } from "./members.ts";

/**
 * Least time between two looks at the map of the nodes, in milliseconds. Every look is a connection of
 * its own, and every MOVED asks for one.
 */
const refreshGapMs = 100;

/** Time between two looks while a node is down: a failover is noticed in half a second. */
const watchMs = 250;

/** Keeps the cluster's map of its nodes fresh: while a node is unwell, and never more often than that. */
export class Topology {
  readonly #cluster: IoredisCluster;
  readonly #clock: Clock;
  readonly #unwell: () => boolean;
  readonly #refresh: IoredisCluster["refreshSlotsCache"];
  readonly #restore: () => void;
  #callbacks: ((error?: Error) => void)[] = [];
  #lastAt: number = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #dueAt: number = Number.POSITIVE_INFINITY;

  /** @param unwell - Whether some node that the map names cannot be used. */
  constructor(cluster: IoredisCluster, clock: Clock, unwell: () => boolean) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#unwell = unwell;
    this.#refresh = cluster.refreshSlotsCache;
    this.#restore = hook(cluster, "refreshSlotsCache", (callback?: (error?: Error) => void) =>
      this.#asked(callback),
    );
  }

  /** The map may be out of date. */
  suspect(): void {
    this.#by(this.#lastAt + refreshGapMs);
  }

  release(): void {
    this.#restore();
    this.#clock.cancel(this.#timer);
    for (const callback of this.#callbacks.splice(0)) callback();
  }

  #asked(callback: ((error?: Error) => void) | undefined): void {
    // Without a map it looks once for an attempt to connect, and those are paced.
    if (this.#cluster.status !== "ready") {
      this.#refresh.call(this.#cluster, callback);
      return;
    }
    if (callback !== undefined) this.#callbacks.push(callback);
    this.suspect();
  }

  #by(dueAt: number): void {
    if (dueAt >= this.#dueAt) return;
    this.#clock.cancel(this.#timer);
    this.#dueAt = dueAt;
    const pauseMs = Math.max(0, dueAt - this.#clock.now());
    this.#timer = this.#clock.schedule(() => this.#look(), pauseMs);
  }

  #look(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#timer = undefined;
    this.#lastAt = this.#clock.now();
    const callbacks = this.#callbacks.splice(0);
    if (this.#cluster.status !== "ready") {
      for (const callback of callbacks) callback();
      return;
    }
    this.#refresh.call(this.#cluster, (error) => {
      for (const callback of callbacks) callback(error);
      if (this.#unwell()) this.#by(this.#clock.now() + watchMs);
    });
  }
}
