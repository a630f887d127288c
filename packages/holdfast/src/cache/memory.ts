import { LRUCache } from "lru-cache";
import type { MarkTokens } from "./wire/entry.ts";

/** A value in memory. Times are the process's own monotonic clock, in milliseconds. */
export interface MemoryEntry {
  /** Frozen; `undefined` when the primary has none. */
  readonly value: unknown;
  /** When its load began: of two copies the one whose load began later is the newer. */
  readonly createdAt: number;
  freshUntil: number;
  readonly staleUntil: number;
  /** Up to when it is known that nobody had changed it. */
  verifiedAt: number;
  readonly marks: MarkTokens;
  /** The state of all marks against which `marks` was last found right. */
  marksVersion: number;
  /** After a failed refresh: the stale value is given until then without a further try. */
  retryAt: number;
  /** Made by the first hit and shared by all: a hit then allocates nothing. */
  answer: Promise<unknown> | undefined;
  readonly bytes: number;
}

/** What an entry takes besides its key and its value's text, in bytes: measured, see bench/cache. */
const entryOverheadBytes = 300;

/** The size that counts against `memory.maxBytes`. */
export function entryBytes(id: string, payload: string | undefined): number {
  return entryOverheadBytes + id.length + (payload?.length ?? 0);
}

/** The memory layer: bounded by entries and by bytes, the least recently used goes first. */
export class Memory {
  readonly #entries: LRUCache<string, MemoryEntry>;

  constructor(options: { readonly maxEntries: number; readonly maxBytes: number }) {
    this.#entries = new LRUCache({ max: options.maxEntries, maxSize: options.maxBytes });
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  get(id: string): MemoryEntry | undefined {
    return this.#entries.get(id);
  }

  /** As `get`, without counting as a use. */
  peek(id: string): MemoryEntry | undefined {
    return this.#entries.peek(id);
  }

  set(id: string, entry: MemoryEntry): void {
    this.#entries.set(id, entry, { size: entry.bytes });
  }

  delete(id: string): void {
    this.#entries.delete(id);
  }

  clear(): void {
    this.#entries.clear();
  }
}
