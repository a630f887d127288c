import { randomBytes } from "node:crypto";
import { clientKind } from "../clients/index.ts";
import { type Clock, HoldfastError } from "../core/index.ts";
import type { Guard } from "../guard/index.ts";
import { Coherence } from "./coherence/coherence.ts";
import { createTracker } from "./coherence/create-tracker.ts";
import { OwnStores } from "./coherence/own-stores.ts";
import type { Tracker } from "./coherence/tracker.ts";
import { Entries } from "./entries.ts";
import { BatchLoad } from "./load/batch.ts";
import { Fetcher } from "./load/fetcher.ts";
import { LoadPool } from "./load/pool.ts";
import { PrimaryStep } from "./load/primary-step.ts";
import { Reader } from "./load/reader.ts";
import { RedisStep } from "./load/redis-step.ts";
import type { FetchBatch } from "./load/request.ts";
import { Storage } from "./load/storage.ts";
import { Marks } from "./marks/marks.ts";
import { Memory, type MemoryEntry } from "./memory.ts";
import { cacheDefaults, type ResolvedOptions } from "./options.ts";
import { type Journal, openJournal } from "./recovery/journal.ts";
import { Recovery } from "./recovery/recovery.ts";
import { TouchedRecord } from "./recovery/touched-record.ts";
import { createLink, guarded } from "./remote/create-link.ts";
import { idOfValueKey, nameOfMarkKey, redisKeys } from "./remote/keys.ts";
import type { Link } from "./remote/link.ts";
import { Lookup } from "./remote/lookup.ts";
import { Remote } from "./remote/remote.ts";
import { ServerClock } from "./remote/server-clock.ts";
import { type CacheStats, Counters } from "./stats.ts";
import type { CloseReport, ManyLoader } from "./types.ts";
import { Writer } from "./write/writer.ts";

/** The parts that a cache and all its namespaces share, put together. */
export class Engine {
  readonly options: ResolvedOptions;
  readonly clock: Clock;
  readonly counters: Counters = new Counters();
  readonly memory: Memory | undefined;
  readonly marks: Marks;
  readonly fetcher: Fetcher;
  readonly reader: Reader;
  readonly writer: Writer;
  readonly #coherence: Coherence;
  readonly #link: Link | undefined;
  readonly #pool: LoadPool;
  readonly #remote: Remote | undefined;
  readonly #recovery: Recovery;
  readonly #tracker: Tracker | undefined;
  #journal: Journal | undefined;
  #unfollowGuard: (() => void) | undefined;
  #closing: Promise<CloseReport> | undefined;

  constructor(options: ResolvedOptions) {
    const { clock, random, redis, namespace, loader } = options;
    const { counters } = this;
    this.options = options;
    this.clock = clock;
    const serverClock = new ServerClock(clock);
    this.memory = options.memory === false ? undefined : new Memory(options.memory);
    const { memory } = this;
    this.#coherence = new Coherence(clock, trustMs(options));
    this.#link =
      redis &&
      createLink(redis, {
        options,
        serverClock,
        counters,
        onChange: (available) => {
          if (!available) return;
          void this.#recovery.drain();
          this.#tracker?.connect();
        },
      });
    const link = this.#link;
    const now = (): number => clock.now();
    const keys = redisKeys(namespace);
    const onCrossed = (): void => {
      counters.crossed++;
      // One that held an older value of the right key cannot be told: all is checked again.
      this.#coherence.distrust();
    };
    const isClustered = clientKind(redis)?.topology === "cluster";
    this.#remote =
      link && new Remote({ link, keys, serverClock, now, newToken, isClustered, onCrossed });
    const remote = this.#remote;
    this.marks = new Marks({
      clock,
      serverClock,
      remote,
      newToken,
      verifiedSince: (at) => this.#coherence.verifiedSince(at),
    });
    const { marks } = this;
    const { serializer, jitter } = options;
    const { value: valueKey } = keys;
    const entries = new Entries({
      valueKey,
      counters,
      onCrossed,
      serializer,
      serverClock,
      jitter,
      random,
      newToken,
    });
    const lookup = remote && new Lookup({ clock, entries, marks, remote });
    const ownStores =
      remote &&
      new OwnStores({
        readStart: (id, bytes) => remote.readStart(id, bytes),
        now,
        onForeign: (id) => this.#invalidate(id),
      });
    const storage = new Storage({
      memory,
      remote,
      counters,
      onStore: (id, entry, header) => {
        if (this.#tracker?.mayTell) ownStores?.add(id, entry, header);
      },
    });
    this.#pool = new LoadPool(loader, clock);
    this.#recovery = this.#createRecovery(remote);
    const isBlocked = (id: string): boolean => this.#recovery.blocks(id);
    const redisStep =
      remote &&
      lookup &&
      new RedisStep({ namespace, clock, random, counters, memory, remote, lookup });
    const primary = new PrimaryStep({
      namespace,
      clock,
      serverClock,
      counters,
      entries,
      marks,
      memory,
      remote,
      storage,
      pool: this.#pool,
      negativeTtlMs: options.negativeTtlMs,
    });
    this.fetcher = new Fetcher({
      namespace,
      clock,
      counters,
      marks,
      memory,
      redis: redisStep,
      primary,
      isBlocked,
      isFresh: (entry) => this.isVerified(entry, clock.now()),
      softTimeoutMs: loader.softTimeoutMs,
    });
    this.reader = new Reader({ clock, memory, lookup, isBlocked });
    this.writer = new Writer({
      clock,
      serverClock,
      entries,
      marks,
      memory,
      remote,
      storage,
      recovery: this.#recovery,
      invalidate: (id) => this.#invalidate(id),
      outdate: (id) => this.#outdate(id),
    });
    if (redis !== undefined && remote !== undefined) this.#followGuard(guarded(redis), remote);
    this.#tracker = redis && ownStores && this.#createTracker(redis, ownStores);
    this.#tracker?.connect();
  }

  /** What many keys need to be fetched together. */
  createBatch(keys: ReadonlyMap<string, string>, loader: ManyLoader<unknown>): FetchBatch {
    const ids = [...keys.keys()];
    const remote = this.#remote;
    const { counters } = this;
    const load = new BatchLoad({ pool: this.#pool, counters, loader, keys });
    if (remote === undefined || ids.length === 0) return { load, read: undefined };
    const reading = remote.readMany(ids);
    // Each key awaits it for itself; one that has no need to must not leave it unhandled.
    reading.catch(() => undefined);
    const places = new Map(ids.map((id, place) => [id, place]));
    const textOf = async (id: string) => (await reading)[places.get(id) ?? -1];
    return { load, read: { textOf, readAt: this.clock.now() } };
  }

  /** Whether the entry may be given as fresh, apart from its marks. */
  isVerified(entry: MemoryEntry, now: number): boolean {
    return entry.freshUntil > now && entry.verifiedAt >= this.#coherence.verifiedSince(now);
  }

  /** Whether none of the entry's marks has changed, as far as this process knows. */
  hasValidMarks(entry: MemoryEntry): boolean {
    const { marks } = this;
    if (entry.marksVersion === marks.version) return true;
    if (!marks.isValid(entry.marks)) return false;
    entry.marksVersion = marks.version;
    return true;
  }

  checkOpen(): void {
    if (this.#closing !== undefined)
      throw new HoldfastError("HOLDFAST_CLOSED", "the cache is closed");
  }

  stats(): CacheStats {
    const { counters, memory, options } = this;
    return {
      namespace: options.namespace,
      hits: { memory: counters.memoryHits, redis: counters.redisHits },
      stale: counters.stale,
      misses: counters.misses,
      loads: {
        succeeded: counters.loads,
        failed: counters.loadFailures,
        shed: counters.shed,
        running: this.#pool.running,
        waiting: this.#pool.waiting,
      },
      memory: memory === undefined ? null : { entries: memory.size, bytes: memory.bytes },
      redis:
        this.#link === undefined
          ? null
          : {
              available: this.#link.available,
              failures: counters.redisFailures,
              outdatedStores: counters.outdatedStores,
              foreign: counters.foreign,
              crossed: counters.crossed,
            },
      unserialisable: counters.unserialisable,
      coherence: {
        mode: this.#coherence.mode,
        reason: this.#coherence.reason,
        gaps: this.#coherence.gaps,
      },
      recovery: {
        pending: this.#recovery.pending,
        overflowed: this.#recovery.overflowed,
        spooled: this.#journal?.isWriting ?? false,
      },
    };
  }

  /** Refuses what comes from now on; what is under way settles. */
  close(): Promise<CloseReport> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<CloseReport> {
    await this.writer.settled();
    // One last try: what is not written down nobody else will tell Redis.
    await this.#recovery.drain();
    this.#recovery.close();
    const { pending } = this.#recovery;
    const isSpooled = this.#journal?.isWriting ?? false;
    this.#journal?.close();
    this.#tracker?.close();
    this.#unfollowGuard?.();
    this.#link?.close();
    // Empty, so that no call finds a hit without being refused.
    this.memory?.clear();
    return { lost: isSpooled ? 0 : pending, spooled: isSpooled ? pending : 0 };
  }

  /** A key was changed or removed: nothing that is under way may bring the old value back. */
  #invalidate(id: string): void {
    this.memory?.delete(id);
    this.#outdate(id);
  }

  #outdate(id: string): void {
    this.fetcher.invalidate(id);
    this.reader.invalidate(id);
  }

  /** A new connection is a sign that Redis is back: the link need not wait for its next probe. */
  #followGuard(guard: Guard, remote: Remote): void {
    this.#unfollowGuard = guard.on("connect", () => {
      remote.reconnected();
      this.#link?.retry();
      this.#tracker?.connect();
    });
  }

  #createTracker(client: object, ownStores: OwnStores): Tracker | undefined {
    const { clock, random, namespace } = this.options;
    const coherence = this.#coherence;
    const tracker = createTracker(client, {
      clock,
      random,
      prefixes: redisKeys(namespace).watched,
      onBegin: () => coherence.begin(),
      onLost: (reason) => {
        coherence.lose(reason);
        ownStores.clear();
      },
      onKeys: (keys) => {
        // The server was emptied: everything is checked again, as after a gap.
        if (keys === null) coherence.begin();
        for (const key of keys ?? []) this.#changed(key, ownStores);
      },
    });
    if (tracker === undefined) coherence.lose("tracking takes a client with one connection");
    return tracker;
  }

  /** Somebody changed this key in Redis. */
  #changed(key: string, ownStores: OwnStores): void {
    const { namespace } = this.options;
    const id = idOfValueKey(namespace, key);
    if (id !== undefined) {
      ownStores.changed(id);
      return;
    }
    const mark = nameOfMarkKey(namespace, key);
    if (mark !== undefined) this.marks.forget(mark);
  }

  #createRecovery(remote: Remote | undefined): Recovery {
    const { clock, random, namespace, onRecovery, spoolDirectory } = this.options;
    const newRootMark = () => ({ kind: "mark", name: "", token: this.marks.makeToken() }) as const;
    const record = new TouchedRecord(newRootMark);
    if (remote !== undefined && spoolDirectory !== undefined) {
      this.#journal = openJournal(spoolDirectory, namespace, () => record.oldest());
      record.keepIn(this.#journal, this.#journal.adopted);
    }
    return new Recovery({
      clock,
      random,
      record,
      isAvailable: () => remote?.available === true,
      removeKey: async (id) => {
        await remote?.remove(id);
        this.#invalidate(id);
      },
      setMark: async (name, token) => {
        const sentAt = clock.now();
        const shared = await remote?.replaceMark(name, token);
        // Changed here once more meanwhile: Redis is yet to be told of that.
        if (shared !== undefined && record.hasMark(name, token)) {
          this.marks.share(name, shared, sentAt);
        }
      },
      onRecovered: (report) => {
        if (report.overflowed) this.marks.forgetAll();
        try {
          onRecovery?.(report);
        } catch {
          // A listener's mistake is not the cache's failure.
        }
      },
    });
  }
}

/** How long an entry is trusted without word of changes; `undefined` when none can come. */
function trustMs({ redis, memory }: ResolvedOptions): number | undefined {
  if (redis === undefined) return undefined;
  return memory === false ? cacheDefaults.memory.ttlMs : memory.ttlMs;
}

/** Names one store, lease or version. It need not be unguessable, but is never the same twice. */
function newToken(): string {
  return randomBytes(9).toString("base64url");
}
