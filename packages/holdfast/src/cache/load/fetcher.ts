import { type Clock, isHoldfastError } from "../../core/index.ts";
import { publish } from "../events.ts";
import type { Marks } from "../marks/marks.ts";
import { tagMark } from "../marks/names.ts";
import type { Memory, MemoryEntry } from "../memory.ts";
import type { Counters } from "../stats.ts";
import { Flight } from "./flight.ts";
import type { PrimaryStep } from "./primary-step.ts";
import type { RedisStep } from "./redis-step.ts";
import type { FetchRequest } from "./request.ts";

/** After a failed refresh the stale value is given for this long before the next try. */
export const staleRetryMs = 1_000;

export interface FetcherParts {
  readonly namespace: string;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly marks: Marks;
  readonly memory: Memory | undefined;
  /** Left out when there is no Redis. */
  readonly redis: RedisStep | undefined;
  readonly primary: PrimaryStep;
  /** Whether Redis may not be read for this key. */
  readonly isBlocked: (id: string) => boolean;
  /** Whether the entry may be given without asking anybody. */
  readonly isFresh: (entry: MemoryEntry) => boolean;
  readonly softTimeoutMs: number;
}

/** Fetches what is not fresh in memory: from Redis, else from the primary. One fetch a key. */
export class Fetcher {
  readonly #parts: FetcherParts;
  readonly #flights = new Map<string, Flight>();

  constructor(parts: FetcherParts) {
    this.#parts = parts;
  }

  /** The fetch of this key that is under way, or a new one. */
  fetch(id: string, held: MemoryEntry | undefined, request: FetchRequest): Flight {
    const current = this.#flights.get(id);
    // One that began before its namespace or tag was invalidated is not for those who come later.
    if (current !== undefined && this.#parts.marks.isValid(current.marks)) {
      request.batch?.load.leave(id);
      return current;
    }
    const { clock, counters, namespace, softTimeoutMs } = this.#parts;
    const flight = new Flight(id, {
      clock,
      softTimeoutMs,
      onStale: () => {
        counters.stale++;
        publish(namespace, "stale");
      },
      onWait: () => request.batch?.load.leave(id),
      onEnd: (ended) => {
        request.batch?.load.leave(id);
        if (this.#flights.get(id) === ended) this.#flights.delete(id);
      },
    });
    if (held !== undefined) flight.stale = held;
    this.#flights.set(id, flight);
    void this.#run(flight, held, request);
    return flight;
  }

  /**
   * The key was changed or removed: what a fetch under way brings must not be stored, and callers
   * who come from now on start a new one.
   */
  invalidate(id: string): void {
    const flight = this.#flights.get(id);
    if (flight === undefined) return;
    flight.outdated = true;
    this.#flights.delete(id);
  }

  async #run(flight: Flight, held: MemoryEntry | undefined, request: FetchRequest): Promise<void> {
    const { redis, primary, isBlocked, counters, namespace, marks } = this.#parts;
    const tags = request.tags.map((tag) => tagMark(request.prefix, tag));
    const names = [...request.namespaces, ...tags];
    try {
      // On the way while the value is read: both cost one round trip, or one time-out.
      const learning = marks.areKnown(names) ? undefined : marks.learn(names);
      if (held !== undefined && (await this.#isStillRight(flight, held))) return;
      if (redis !== undefined && !isBlocked(flight.id) && !flight.outdated) {
        const step = await redis.run(flight, request);
        if (step.kind === "answered") return;
        flight.lease = step.lease;
      }
      await learning;
      // What invalidates from here on makes these tokens old, and the load's result invalid.
      flight.marks = marks.tokens(names);
      counters.misses++;
      publish(namespace, "miss");
      await primary.run(flight, request);
    } catch (error) {
      this.#failed(flight, error);
    }
  }

  /**
   * What memory held may turn out to be right: its mark had been forgotten, and is what it was. What
   * is known to be invalid must not be fallen back on.
   */
  async #isStillRight(flight: Flight, held: MemoryEntry): Promise<boolean> {
    const { marks, isFresh, counters, namespace } = this.#parts;
    const names = held.marks.map(([name]) => name);
    if (isFresh(held) && !marks.areKnown(names)) await marks.learn(names);
    if (!marks.isValid(held.marks)) {
      flight.stale = undefined;
      return false;
    }
    if (!isFresh(held)) return false;
    counters.memoryHits++;
    publish(namespace, "hit", { layer: "l1" });
    flight.settle(held.value);
    return true;
  }

  #failed(flight: Flight, error: unknown): void {
    const { counters, clock, memory, namespace } = this.#parts;
    const isShed = isHoldfastError(error) && error.code === "HOLDFAST_OVERLOADED";
    if (isShed) counters.shed++;
    else counters.loadFailures++;
    publish(namespace, isShed ? "shed" : "load-failure");
    const { stale } = flight;
    if (stale !== undefined) {
      stale.retryAt = clock.now() + staleRetryMs;
      if (!flight.outdated) memory?.set(flight.id, stale);
    }
    flight.fail(error);
  }
}
