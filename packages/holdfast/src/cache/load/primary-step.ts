import type { Clock, Timer } from "../../core/index.ts";
import type { Entries } from "../entries.ts";
import { publish } from "../events.ts";
import type { Marks } from "../marks/marks.ts";
import { tagMark } from "../marks/names.ts";
import type { Memory, MemoryEntry } from "../memory.ts";
import { leaseMs, type Remote } from "../remote/remote.ts";
import type { ServerClock } from "../remote/server-clock.ts";
import type { Counters } from "../stats.ts";
import type { MarkTokens, WireEntry } from "../wire/entry.ts";
import { LoadContext } from "./context.ts";
import type { Flight } from "./flight.ts";
import type { LoadPool } from "./pool.ts";
import type { FetchRequest } from "./request.ts";
import type { Storage } from "./storage.ts";

export interface PrimaryStepParts {
  readonly namespace: string;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly counters: Counters;
  readonly entries: Entries;
  readonly marks: Marks;
  readonly memory: Memory | undefined;
  readonly remote: Remote | undefined;
  readonly storage: Storage;
  readonly pool: LoadPool;
  readonly negativeTtlMs: number;
}

/** What a finished load tells of itself. */
interface Loaded {
  readonly value: unknown;
  readonly context: LoadContext | undefined;
  readonly startedAt: number;
  readonly startedAtServer: number;
}

/** The part of a fetch that asks the primary, and stores what it gives. */
export class PrimaryStep {
  readonly #parts: PrimaryStepParts;

  constructor(parts: PrimaryStepParts) {
    this.#parts = parts;
  }

  /** Loads the value and settles the flight; rejects with the load's failure. */
  async run(flight: Flight, request: FetchRequest): Promise<void> {
    const { lease } = flight;
    const { pool, clock, serverClock, counters, namespace } = this.#parts;
    const startedAt = clock.now();
    const startedAtServer = serverClock.now();
    const renewal = this.#renew(flight.id, lease);
    let context: LoadContext | undefined;
    let value: unknown;
    try {
      if (request.batch !== undefined) value = await request.batch.load.load(flight.id);
      else {
        value = await pool.run((signal) => {
          context = new LoadContext(signal, flight.stale, request.tags);
          return request.loader(context);
        });
        counters.loads++;
      }
    } catch (error) {
      this.#release(flight.id, lease);
      throw error;
    } finally {
      renewal.stop();
    }
    publish(namespace, "load", { durationMs: clock.now() - startedAt });
    await this.#keep(flight, request, { value, context, startedAt, startedAtServer });
  }

  /** Stores what was loaded, where it may be, and gives it to the callers in any case. */
  async #keep(flight: Flight, request: FetchRequest, loaded: Loaded): Promise<void> {
    const { clock, entries, counters, negativeTtlMs, storage } = this.#parts;
    const { value, context } = loaded;
    const { lease } = flight;
    const isNone = value === undefined;
    const ttlMs = isNone ? negativeTtlMs : (context?.ttlMs ?? request.ttlMs);
    const tagTokens = await this.#tagTokens(request, loaded);
    const marks = [...flight.marks, ...(tagTokens ?? [])];
    let wire: WireEntry;
    let entry: MemoryEntry;
    try {
      const payload = isNone ? undefined : entries.serialize(value);
      const life = { ttlMs, graceMs: isNone ? 0 : request.graceMs };
      wire = entries.make(flight.id, payload, life, marks, clock.now() - loaded.startedAt);
      entry = entries.toMemory(flight.id, wire, loaded.startedAt);
    } catch {
      // The loader succeeded, so the request does too: with the value as it is, which is not kept.
      counters.unserialisable++;
      this.#release(flight.id, lease);
      flight.settle(value);
      return;
    }
    if (ttlMs === 0 || tagTokens === undefined) this.#discard(flight, lease);
    else storage.put(flight.id, { entry, wire, lease, isOutdated: () => flight.outdated });
    flight.settle(entry.value);
  }

  /** The tokens of the value's tags, or `undefined` when one may have been invalidated meanwhile. */
  async #tagTokens(request: FetchRequest, loaded: Loaded): Promise<MarkTokens | undefined> {
    const { marks } = this.#parts;
    const own = loaded.context?.tagNames.filter((tag) => !request.tags.includes(tag)) ?? [];
    if (own.length === 0) return [];
    // Tags that the loader named were not known when it began: their tokens may be newer than it.
    const names = own.map((tag) => tagMark(request.prefix, tag));
    await marks.learn(names);
    const tokens = marks.tokens(names);
    const areOlder = names.every((name) => marks.isUnchangedSince(name, loaded.startedAtServer));
    return areOlder ? tokens : undefined;
  }

  /** The value is not to be stored; what it replaces is no longer true. */
  #discard(flight: Flight, lease: string | undefined): void {
    const { memory, remote } = this.#parts;
    if (!flight.outdated) memory?.delete(flight.id);
    if (flight.stale === undefined) this.#release(flight.id, lease);
    else if (lease !== undefined) remote?.remove(flight.id).catch(ignore);
  }

  #release(id: string, lease: string | undefined): void {
    if (lease !== undefined) this.#parts.remote?.release(id, lease).catch(ignore);
  }

  /** Keeps a lease alive while its load runs. */
  #renew(id: string, lease: string | undefined): { stop(): void } {
    const { clock, remote } = this.#parts;
    if (lease === undefined || remote === undefined) return { stop: () => undefined };
    let timer: Timer;
    const wait = (): void => {
      timer = clock.schedule(() => {
        remote.renew(id, lease).catch(ignore);
        wait();
      }, leaseMs / 3);
    };
    wait();
    return { stop: () => clock.cancel(timer) };
  }
}

// Counted by the link; a lease that could not be given back runs out.
const ignore = (): void => undefined;
