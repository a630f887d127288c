import type { Clock } from "../../core/index.ts";
import type { Entries } from "../entries.ts";
import type { BatchRead } from "../load/request.ts";
import type { Marks } from "../marks/marks.ts";
import type { MemoryEntry } from "../memory.ts";
import { headerOf } from "../wire/entry.ts";
import type { Remote } from "./remote.ts";

/** What Redis has for a key. `seen` is how it begins; empty when there is nothing. */
export type Found =
  | { readonly kind: "absent"; readonly seen: "" }
  /** Bytes that are not ours, or are damaged. */
  | { readonly kind: "foreign"; readonly seen: string }
  /** A value whose namespace or tag was invalidated. */
  | { readonly kind: "invalid"; readonly seen: string }
  | { readonly kind: "entry"; readonly seen: string; readonly entry: MemoryEntry };

/** Reads values from Redis, and judges them. */
export class Lookup {
  readonly #clock: Clock;
  readonly #entries: Entries;
  readonly #marks: Marks;
  readonly #remote: Remote;

  constructor(parts: {
    readonly clock: Clock;
    readonly entries: Entries;
    readonly marks: Marks;
    readonly remote: Remote;
  }) {
    this.#clock = parts.clock;
    this.#entries = parts.entries;
    this.#marks = parts.marks;
    this.#remote = parts.remote;
  }

  /**
   * Reads a value; rejects when Redis fails.
   *
   * @param namespaces - The marks that a valid value must carry, learnt in the same round trip.
   * @param batch - A read of many keys that has this one too; left out, it is a command of its own.
   */
  async read(id: string, namespaces: readonly string[], batch?: BatchRead): Promise<Found> {
    const readAt = batch?.readAt ?? this.#clock.now();
    const reading = batch === undefined ? this.#remote.read(id) : batch.textOf(id);
    if (!this.#marks.areKnown(namespaces)) {
      // Sent before the reply is awaited; a failed read must not go unhandled meanwhile.
      await Promise.allSettled([reading, this.#marks.learn(namespaces)]);
    }
    return this.judge(id, await reading, namespaces, readAt);
  }

  /** Judges what was read from Redis at `readAt`; rejects when it is another key's. */
  async judge(
    id: string,
    text: unknown,
    namespaces: readonly string[],
    readAt: number,
  ): Promise<Found> {
    if (text === null || text === undefined) return { kind: "absent", seen: "" };
    const entry = this.#entries.parse(id, text, readAt);
    const seen = headerOf(String(text));
    if (entry === undefined) return { kind: "foreign", seen };
    const names = entry.marks.map(([name]) => name);
    if (!this.#marks.areKnown(names)) await this.#marks.learn(names);
    const isOurs = namespaces.every((name) => names.includes(name));
    if (!isOurs || !this.#marks.isValid(entry.marks)) return { kind: "invalid", seen };
    return { kind: "entry", seen, entry };
  }
}
