import { LRUCache } from "lru-cache";
import type { MemoryEntry } from "../memory.ts";

/** Stores of this process that Redis has not told it of yet; beyond it the word counts as foreign. */
const ownStoresMax = 10_000;

interface OwnStore {
  readonly entry: MemoryEntry;
  /** How the stored form begins: no other store has the same. */
  readonly header: string;
}

/**
 * Tells the word of this process's own stores from that of others. Redis tells everybody of every
 * change, the one who made it too, and of several changes at once only once. So the word of a key
 * that was just stored here does not say whether another process has changed it as well: what Redis
 * has is compared with what was stored.
 */
export class OwnStores {
  readonly #stores = new LRUCache<string, OwnStore>({ max: ownStoresMax });
  readonly #readStart: (id: string, bytes: number) => Promise<string>;
  readonly #now: () => number;
  readonly #onForeign: (id: string) => void;

  constructor(parts: {
    readonly readStart: (id: string, bytes: number) => Promise<string>;
    readonly now: () => number;
    /** The key was changed by somebody else. */
    readonly onForeign: (id: string) => void;
  }) {
    this.#readStart = parts.readStart;
    this.#now = parts.now;
    this.#onForeign = parts.onForeign;
  }

  /** A store is on its way. */
  add(id: string, entry: MemoryEntry, header: string): void {
    this.#stores.set(id, { entry, header });
  }

  /** Redis tells that the key has changed. */
  changed(id: string): void {
    const own = this.#stores.get(id);
    if (own === undefined) {
      this.#onForeign(id);
      return;
    }
    this.#stores.delete(id);
    void this.#confirm(id, own);
  }

  /** Word of changes was interrupted. */
  clear(): void {
    this.#stores.clear();
  }

  async #confirm(id: string, { entry, header }: OwnStore): Promise<void> {
    // Until it is confirmed it is no fresh value.
    entry.verifiedAt = Number.NEGATIVE_INFINITY;
    const askedAt = this.#now();
    try {
      const start = await this.#readStart(id, Buffer.byteLength(header));
      if (start === header) entry.verifiedAt = askedAt;
      else this.#onForeign(id);
    } catch {
      // It stays unconfirmed: the next read asks Redis.
    }
  }
}
