import type { Clock } from "../../core/index.ts";
import type { Entries, Lifetime } from "../entries.ts";
import type { Storage } from "../load/storage.ts";
import type { Marks } from "../marks/marks.ts";
import { tagMark } from "../marks/names.ts";
import type { Memory } from "../memory.ts";
import type { Recovery } from "../recovery/recovery.ts";
import type { Remote } from "../remote/remote.ts";
import type { ServerClock } from "../remote/server-clock.ts";
import type { WriteOutcome } from "../types.ts";
import { encodeEntry } from "../wire/entry.ts";

export interface WriteRequest extends Lifetime {
  readonly prefix: string;
  readonly namespaces: readonly string[];
  readonly tags: readonly string[];
}

export interface WriterParts {
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly entries: Entries;
  readonly marks: Marks;
  readonly memory: Memory | undefined;
  readonly remote: Remote | undefined;
  readonly storage: Storage;
  readonly recovery: Recovery;
  /** Takes the key out of memory, and marks what is under way for it as outdated. */
  readonly invalidate: (id: string) => void;
  /** Marks what is under way for the key as outdated. */
  readonly outdate: (id: string) => void;
}

/**
 * Explicit changes. Each acts on this process at once and on Redis in time or, by the recovery
 * record, when it is back.
 */
export class Writer {
  readonly #parts: WriterParts;
  readonly #underWay = new Set<Promise<WriteOutcome>>();

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** Rejects with `HOLDFAST_VALUE` when the value cannot be serialised; nothing has changed then. */
  set(id: string, value: unknown, request: WriteRequest): Promise<WriteOutcome> {
    return this.#followed(this.#set(id, value, request));
  }

  delete(id: string): Promise<WriteOutcome> {
    return this.#followed(this.#delete(id));
  }

  /** Makes the value stale in both layers; loads that are under way can no longer store theirs. */
  expire(id: string): Promise<WriteOutcome> {
    return this.#followed(this.#expire(id));
  }

  /** Invalidates everything that carries this mark. */
  changeMark(name: string): Promise<WriteOutcome> {
    return this.#followed(this.#changeMark(name));
  }

  /** Settles when all that is under way has: Redis has it, or the record does. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  #followed(change: Promise<WriteOutcome>): Promise<WriteOutcome> {
    this.#underWay.add(change);
    const isOver = (): boolean => this.#underWay.delete(change);
    change.then(isOver, isOver);
    return change;
  }

  async #set(id: string, value: unknown, request: WriteRequest): Promise<WriteOutcome> {
    const { clock, entries, marks, memory, remote, recovery, storage, invalidate } = this.#parts;
    const tags = request.tags.map((tag) => tagMark(request.prefix, tag));
    const names = [...request.namespaces, ...tags];
    const payload = entries.serialize(value);
    if (!marks.areKnown(names)) await marks.learn(names);
    invalidate(id);
    const wire = entries.make(id, payload, request, marks.tokens(names));
    const entry = entries.toMemory(id, wire, clock.now());
    memory?.set(id, entry);
    if (remote === undefined) return "applied";
    try {
      await storage.send(id, entry, wire, await remote.seize(id));
    } catch {
      recovery.addKey(id);
      return "queued";
    }
    recovery.settleKey(id);
    return "applied";
  }

  async #delete(id: string): Promise<WriteOutcome> {
    const { remote, recovery, invalidate } = this.#parts;
    invalidate(id);
    if (remote === undefined) return "applied";
    try {
      await remote.remove(id);
    } catch {
      recovery.addKey(id);
      return "queued";
    }
    recovery.settleKey(id);
    // A read that began meanwhile, on another connection of a pool, may have found the old value.
    invalidate(id);
    return "applied";
  }

  async #expire(id: string): Promise<WriteOutcome> {
    const { clock, memory, remote, recovery, outdate } = this.#parts;
    const held = memory?.peek(id);
    outdate(id);
    if (held !== undefined) held.freshUntil = Math.min(held.freshUntil, clock.now());
    if (remote === undefined) return "applied";
    try {
      await this.#expireInRedis(id, remote);
    } catch {
      // Deleting is more than was asked for, and never less.
      recovery.addKey(id);
      return "queued";
    }
    return "applied";
  }

  async #expireInRedis(id: string, remote: Remote): Promise<void> {
    const { entries, serverClock } = this.#parts;
    const lease = await remote.seize(id);
    const text = await remote.read(id);
    const wire = text === null ? undefined : entries.decode(id, text);
    const ageMs = wire === undefined ? 0 : Math.max(0, serverClock.now() - wire.createdAt);
    const leftMs = wire === undefined ? 0 : wire.ttlMs + wire.graceMs - ageMs;
    if (wire === undefined || wire.ttlMs <= ageMs || leftMs <= 0) {
      await remote.release(id, lease);
      return;
    }
    const expired = { ...wire, token: lease, ttlMs: ageMs, graceMs: leftMs };
    await remote.store(id, lease, encodeEntry(expired), leftMs);
  }

  async #changeMark(name: string): Promise<WriteOutcome> {
    const { clock, marks, remote, recovery } = this.#parts;
    const token = marks.change(name);
    if (remote === undefined) return "applied";
    const sentAt = clock.now();
    try {
      marks.share(name, await remote.replaceMark(name, token), sentAt);
    } catch {
      // Anew: another change of the same mark may have settled meanwhile, and was not this one.
      recovery.addMark(name, marks.change(name));
      return "queued";
    }
    return "applied";
  }
}
