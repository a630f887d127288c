import type { Clock, Timer } from "../../../core/index.ts";
import { hook } from "../../hook.ts";
import type { NodeRedisClient } from "../members.ts";
import { applySlots, parseSlots } from "./map.ts";
import type { ClusterNode, NodeRedisCluster } from "./members.ts";

/** Least time between two looks at the map of the nodes, in milliseconds: every MOVED asks for one. */
const refreshGapMs = 100;

/** Time between two looks while a node is down: a failover is noticed in half a second. */
const watchMs = 250;

/** A node whose guard lets it be asked. */
export interface Informant {
  readonly host: string;
  readonly client: NodeRedisClient;
  /** Past the guard. */
  ask(args: readonly string[]): Promise<unknown>;
}

export interface TopologyParts {
  readonly cluster: NodeRedisCluster;
  readonly clock: Clock;
  /** How long one node has to say what it knows, in milliseconds. */
  readonly askMs: number;
  /** The nodes that are well, in an order that differs from time to time. */
  informants(): readonly Informant[];
  /** Whether some node that the map names cannot be used. */
  unwell(): boolean;
  /** It is in the map no more. */
  left(node: ClusterNode): void;
  /** There is a new map. */
  renewed(): void;
}

/**
 * Keeps the map of the nodes fresh, in place of the client, which makes a connection for every look,
 * has no time-out for it, and waits for all new nodes to be connected: a node that stands still would
 * stop it for good. Here a node is asked over the connection that there is.
 */
export class Topology {
  readonly #parts: TopologyParts;
  readonly #rediscover: NodeRedisCluster["_slots"]["rediscover"];
  readonly #restore: () => void;
  #running: Promise<unknown> | undefined;
  #lastAt: number = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(parts: TopologyParts) {
    this.#parts = parts;
    const { _slots: slots } = parts.cluster;
    this.#rediscover = slots.rediscover;
    this.#restore = hook(slots, "rediscover", (startWith?: NodeRedisClient) =>
      this.look(startWith),
    );
  }

  /** The map may be out of date. */
  suspect(): void {
    this.#timer ??= this.#parts.clock.schedule(() => {
      this.#timer = undefined;
      this.look().catch(() => {});
    }, 0);
  }

  /** Reads the map anew; those who ask at the same time share one look. */
  look(startWith?: NodeRedisClient): Promise<unknown> {
    this.#running ??= this.#look(startWith).finally(() => {
      this.#running = undefined;
      if (this.#timer === undefined && this.#parts.unwell()) this.#lookIn(watchMs);
    });
    return this.#running;
  }

  release(): void {
    this.#restore();
    this.#parts.clock.cancel(this.#timer);
  }

  #lookIn(ms: number): void {
    this.#timer = this.#parts.clock.schedule(() => {
      this.#timer = undefined;
      this.look().catch(() => {});
    }, ms);
  }

  async #look(startWith: NodeRedisClient | undefined): Promise<void> {
    const { clock, cluster } = this.#parts;
    const earlyMs = this.#lastAt + refreshGapMs - clock.now();
    if (earlyMs > 0) await this.#pause(earlyMs);
    this.#lastAt = clock.now();
    const informants = [...this.#parts.informants()];
    informants.sort((one, other) => rank(one, startWith) - rank(other, startWith));
    for (const informant of informants) {
      if (!cluster._slots.isOpen) return;
      if (await this.#askedFor(informant)) return;
    }
    if (!cluster._slots.isOpen) return;
    // Nobody that is known answers: then those that the application named, and nobody else.
    const known = new Set(cluster._slots.nodeByAddress.keys());
    await this.#rediscover.call(cluster._slots, undefined, known);
  }

  async #askedFor(informant: Informant): Promise<boolean> {
    const { cluster, askMs } = this.#parts;
    const { _slots: slots } = cluster;
    const reply = await Promise.race([
      informant.ask(["CLUSTER", "SLOTS"]).catch(() => undefined),
      this.#pause(askMs),
    ]);
    const ranges = parseSlots(reply, informant.host);
    if (ranges.length === 0 || !slots.isOpen) return false;
    const left = applySlots(slots, ranges, cluster._options.useReplicas === true);
    for (const node of left) {
      this.#parts.left(node);
      slots.nodeByAddress.delete(node.address);
    }
    this.#parts.renewed();
    return true;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#parts.clock.schedule(resolve, ms));
  }
}

function rank(informant: Informant, first: NodeRedisClient | undefined): number {
  const isFirst = first !== undefined && (first._self ?? first) === informant.client._self;
  return isFirst ? 0 : 1;
}
