import type { Clock, Random } from "../../core/index.ts";
import { publish } from "../events.ts";
import type { Memory, MemoryEntry } from "../memory.ts";
import type { Found, Lookup } from "../remote/lookup.ts";
import type { Remote } from "../remote/remote.ts";
import type { Counters } from "../stats.ts";
import type { Flight } from "./flight.ts";
import type { FetchRequest } from "./request.ts";

/** Between two looks for a value that another process loads, in milliseconds: first and most. */
const leasePollMs = { first: 5, most: 100 } as const;

/** How long a process waits for another's load before it makes its own, in milliseconds. */
export const leaseWaitMs = 2_000;

/** What is left to do: nothing, or a load, whose result is stored by the lease if there is one. */
export type Step =
  | { readonly kind: "answered" }
  | { readonly kind: "load"; readonly lease: string | undefined };

export interface RedisStepParts {
  readonly namespace: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly counters: Counters;
  readonly memory: Memory | undefined;
  readonly remote: Remote;
  readonly lookup: Lookup;
}

const answered: Step = { kind: "answered" };
const loadWithoutLease: Step = { kind: "load", lease: undefined };

/** The part of a fetch that asks Redis: for the value, else for the lease to load it. */
export class RedisStep {
  readonly #parts: RedisStepParts;

  constructor(parts: RedisStepParts) {
    this.#parts = parts;
  }

  /** Never rejects: when Redis fails, the load goes on without it. */
  async run(flight: Flight, { namespaces, batch }: FetchRequest): Promise<Step> {
    try {
      const found = await this.#parts.lookup.read(flight.id, namespaces, batch?.read);
      if (this.#take(flight, found)) return answered;
      return await this.#lease(flight, namespaces, found);
    } catch {
      // Counted by the link. What is in memory may still serve.
      return loadWithoutLease;
    }
  }

  /** Gets the lease of the load, or the value that another process loads meanwhile. */
  async #lease(flight: Flight, namespaces: readonly string[], read: Found): Promise<Step> {
    const { clock, random, remote, lookup } = this.#parts;
    const waitUntil = clock.now() + leaseWaitMs;
    let { seen } = read;
    let pauseMs: number = leasePollMs.first;
    for (;;) {
      const askedAt = clock.now();
      const acquired = await remote.acquire(flight.id, seen);
      if (acquired.kind === "granted") return { kind: "load", lease: acquired.token };
      if (acquired.kind === "changed") {
        const found = await lookup.judge(flight.id, acquired.text, namespaces, askedAt);
        if (this.#take(flight, found)) return answered;
        // What Redis calls changed though it begins as before is not text: not ours to replace.
        if (found.seen === seen) return loadWithoutLease;
        seen = found.seen;
      } else if (flight.stale !== undefined) {
        flight.stale.retryAt = askedAt + leasePollMs.most;
        flight.giveStale();
        return answered;
      } else {
        if (askedAt >= waitUntil) return loadWithoutLease;
        flight.onWait();
        await pause(clock, pauseMs * (0.5 + random() / 2));
        pauseMs = Math.min(pauseMs * 2, leasePollMs.most);
      }
    }
  }

  /** Gives what Redis has when it is fresh, keeps it to fall back on when it is stale. */
  #take(flight: Flight, found: Found): boolean {
    const { clock, counters, memory, namespace } = this.#parts;
    if (found.kind !== "entry") {
      // Redis answered and has nothing valid: what is left in memory was deleted or ran out.
      flight.stale = undefined;
      if (!flight.outdated) memory?.delete(flight.id);
      return false;
    }
    const entry = newer(found.entry, flight.stale);
    if (entry.freshUntil <= clock.now()) {
      flight.stale = entry;
      return false;
    }
    entry.verifiedAt = found.entry.verifiedAt;
    if (!flight.outdated) memory?.set(flight.id, entry);
    counters.redisHits++;
    publish(namespace, "hit", { layer: "l2" });
    flight.settle(entry.value);
    return true;
  }
}

/** Of two copies the one whose load began later: Redis may hold an older one than this process. */
function newer(read: MemoryEntry, held: MemoryEntry | undefined): MemoryEntry {
  return held !== undefined && held.createdAt > read.createdAt ? held : read;
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.schedule(resolve, ms));
}
