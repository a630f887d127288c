import type { Memory, MemoryEntry } from "../memory.ts";
import type { Remote } from "../remote/remote.ts";
import type { Counters } from "../stats.ts";
import { encodeEntry, headerOf, type WireEntry } from "../wire/entry.ts";

export interface Put {
  readonly entry: MemoryEntry;
  readonly wire: WireEntry;
  /** Without one the value is kept in memory only. */
  readonly lease: string | undefined;
  readonly isOutdated: () => boolean;
}

/** Puts values into both layers. */
export class Storage {
  readonly #memory: Memory | undefined;
  readonly #remote: Remote | undefined;
  readonly #counters: Counters;
  /** Told how the stored form begins, so that word of this process's own change is known as such. */
  readonly #onStore: (id: string, entry: MemoryEntry, header: string) => void;

  constructor(parts: {
    readonly memory: Memory | undefined;
    readonly remote: Remote | undefined;
    readonly counters: Counters;
    readonly onStore: (id: string, entry: MemoryEntry, header: string) => void;
  }) {
    this.#memory = parts.memory;
    this.#remote = parts.remote;
    this.#counters = parts.counters;
    this.#onStore = parts.onStore;
  }

  /** Puts what was loaded into memory now, and into Redis on nobody's time. */
  put(id: string, { entry, wire, lease, isOutdated }: Put): void {
    if (isOutdated()) return;
    this.#memory?.set(id, entry);
    if (lease !== undefined) this.send(id, entry, wire, lease).catch(() => undefined);
  }

  /**
   * Stores in Redis. False when the lease was gone: somebody invalidated the key since, and the
   * value leaves memory too.
   */
  async send(id: string, entry: MemoryEntry, wire: WireEntry, lease: string): Promise<boolean> {
    const text = encodeEntry(wire);
    this.#onStore(id, entry, headerOf(text));
    const stored = await this.#remote?.store(id, lease, text, wire.ttlMs + wire.graceMs);
    if (stored !== false) return true;
    this.#counters.outdatedStores++;
    if (this.#memory?.peek(id) === entry) this.#memory.delete(id);
    return false;
  }
}
