import type { Random } from "../core/index.ts";
import { entryBytes, type MemoryEntry } from "./memory.ts";
import { crossedReply } from "./remote/crossed-reply.ts";
import type { ServerClock } from "./remote/server-clock.ts";
import { deserialized, type Serializer, serialized } from "./serializer.ts";
import type { Counters } from "./stats.ts";
import { decodeEntry, type MarkTokens, type WireEntry } from "./wire/entry.ts";

/** How long a value lives, in milliseconds. */
export interface Lifetime {
  readonly ttlMs: number;
  readonly graceMs: number;
}

/** Makes entries out of values and out of what Redis holds, and the reverse. */
export class Entries {
  readonly #valueKey: (id: string) => string;
  readonly #counters: Counters;
  readonly #onCrossed: () => void;
  readonly #serializer: Serializer;
  readonly #serverClock: ServerClock;
  readonly #jitter: number;
  readonly #random: Random;
  readonly #newToken: () => string;

  constructor(options: {
    /** The key of a value in Redis, which its stored form names. */
    readonly valueKey: (id: string) => string;
    readonly counters: Counters;
    /** Told of each reply that held another key's value. */
    readonly onCrossed: () => void;
    readonly serializer: Serializer;
    readonly serverClock: ServerClock;
    readonly jitter: number;
    readonly random: Random;
    readonly newToken: () => string;
  }) {
    this.#valueKey = options.valueKey;
    this.#counters = options.counters;
    this.#onCrossed = options.onCrossed;
    this.#serializer = options.serializer;
    this.#serverClock = options.serverClock;
    this.#jitter = options.jitter;
    this.#random = options.random;
    this.#newToken = options.newToken;
  }

  /** The text of a value; throws `HOLDFAST_VALUE` when the serializer cannot take it. */
  serialize(value: unknown): string {
    return serialized(this.#serializer, value);
  }

  /**
   * What is stored for a value that was made now. The time to live is shortened at random, so that
   * values that were stored together do not all have to be loaded together.
   *
   * @param payload - The value's text; `undefined` says that there is none.
   * @param loadMs - How long ago its load began: a value is as old as that. The time to live begins
   * when the load is over. Default 0.
   */
  make(
    id: string,
    payload: string | undefined,
    { ttlMs, graceMs }: Lifetime,
    marks: MarkTokens,
    loadMs = 0,
  ): WireEntry {
    const freshMs = ttlMs * (1 - this.#jitter * this.#random());
    const ageMs = Math.round(loadMs);
    return {
      key: this.#valueKey(id),
      token: this.#newToken(),
      createdAt: this.#serverClock.now() - ageMs,
      ttlMs: ageMs + Math.max(1, Math.round(freshMs)),
      graceMs: Math.round(graceMs),
      marks,
      payload,
    };
  }

  /**
   * The stored form, or `undefined` for bytes that are not ours or are damaged.
   *
   * Throws when the bytes belong to another key: replies have got out of step on the connection, and
   * this one says nothing of the key that was asked for.
   */
  decode(id: string, text: unknown): WireEntry | undefined {
    const wire = typeof text === "string" ? decodeEntry(text) : undefined;
    if (wire === undefined) {
      this.#counters.foreign++;
      return undefined;
    }
    if (wire.key === this.#valueKey(id)) return wire;
    throw crossedReply(this.#onCrossed);
  }

  /** As {@link Entries.decode}, with the value read back; `undefined` when it cannot be. */
  parse(id: string, text: unknown, verifiedAt: number): MemoryEntry | undefined {
    const wire = this.decode(id, text);
    if (wire === undefined) return undefined;
    try {
      return this.toMemory(id, wire, verifiedAt);
    } catch {
      // Damaged inside the payload: whatever the serializer says, it is a miss.
      this.#counters.foreign++;
      return undefined;
    }
  }

  /** The entry in memory, its value read back and frozen. Throws what the serializer throws. */
  toMemory(id: string, wire: WireEntry, verifiedAt: number): MemoryEntry {
    // On this process's own clock: what is thought of the server's may change.
    const createdAt = this.#serverClock.toLocal(wire.createdAt);
    const freshUntil = createdAt + wire.ttlMs;
    const { payload } = wire;
    return {
      value: payload === undefined ? undefined : deserialized(this.#serializer, payload),
      createdAt,
      freshUntil,
      staleUntil: freshUntil + wire.graceMs,
      verifiedAt,
      marks: wire.marks,
      marksVersion: 0,
      retryAt: 0,
      answer: undefined,
      bytes: entryBytes(id, payload),
    };
  }
}
