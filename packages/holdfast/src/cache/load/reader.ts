import type { Clock } from "../../core/index.ts";
import type { Memory, MemoryEntry } from "../memory.ts";
import type { Found, Lookup } from "../remote/lookup.ts";

export interface ReaderParts {
  readonly clock: Clock;
  readonly memory: Memory | undefined;
  /** Left out when there is no Redis. */
  readonly lookup: Lookup | undefined;
  /** Whether Redis may not be read for this key. */
  readonly isBlocked: (id: string) => boolean;
}

interface Read {
  readonly result: Promise<MemoryEntry | undefined>;
  outdated: boolean;
}

/** Reads values without loading them: `get` and `has`. One read a key is under way. */
export class Reader {
  readonly #parts: ReaderParts;
  readonly #reads = new Map<string, Read>();

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /**
   * The fresh entry in Redis, else `undefined`. When Redis does not answer, what is in memory
   * serves for the rest of its time to live: there is no loader to ask.
   */
  read(
    id: string,
    held: MemoryEntry | undefined,
    namespaces: readonly string[],
  ): Promise<MemoryEntry | undefined> {
    const { lookup, isBlocked } = this.#parts;
    if (lookup === undefined || isBlocked(id)) return Promise.resolve(this.#stillFresh(held));
    const current = this.#reads.get(id);
    if (current !== undefined) return current.result;
    const reading = lookup.read(id, namespaces);
    const read: Read = {
      result: this.#finish(id, held, reading, () => read.outdated),
      outdated: false,
    };
    this.#reads.set(id, read);
    return read.result;
  }

  /** The key was changed or removed: what a read under way brings must not be kept. */
  invalidate(id: string): void {
    const read = this.#reads.get(id);
    if (read === undefined) return;
    read.outdated = true;
    this.#reads.delete(id);
  }

  async #finish(
    id: string,
    held: MemoryEntry | undefined,
    reading: Promise<Found>,
    isOutdated: () => boolean,
  ): Promise<MemoryEntry | undefined> {
    const { memory } = this.#parts;
    try {
      const found = await reading;
      const entry = found.kind === "entry" ? found.entry : undefined;
      if (!isOutdated()) {
        if (entry === undefined) memory?.delete(id);
        else memory?.set(id, entry);
      }
      return this.#stillFresh(entry);
    } catch {
      return this.#stillFresh(held);
    } finally {
      if (!isOutdated()) this.#reads.delete(id);
    }
  }

  #stillFresh(entry: MemoryEntry | undefined): MemoryEntry | undefined {
    return entry !== undefined && entry.freshUntil > this.#parts.clock.now() ? entry : undefined;
  }
}
