import { HoldfastError } from "../../core/index.ts";
import type { Counters } from "../stats.ts";
import type { ManyLoader } from "../types.ts";
import type { LoadPool } from "./pool.ts";

/** The most keys of one batch. */
export const batchKeysMax = 10_000;

interface Wanted {
  readonly key: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one load of the loads of many keys. It waits until each key of the batch has turned out to
 * need one or not; whoever comes to need one later (another process had been loading it, and failed)
 * is loaded then.
 */
export class BatchLoad {
  readonly #pool: LoadPool;
  readonly #counters: Counters;
  readonly #loader: ManyLoader<unknown>;
  /** By the key's name in the whole cache; the loader is given the caller's own. */
  readonly #undecided: Map<string, string>;
  readonly #keys: ReadonlyMap<string, string>;
  #wanted: Wanted[] = [];
  #isScheduled = false;

  constructor(parts: {
    readonly pool: LoadPool;
    readonly counters: Counters;
    readonly loader: ManyLoader<unknown>;
    /** The caller's keys by their names in the whole cache. */
    readonly keys: ReadonlyMap<string, string>;
  }) {
    this.#pool = parts.pool;
    this.#counters = parts.counters;
    this.#loader = parts.loader;
    this.#keys = parts.keys;
    this.#undecided = new Map(parts.keys);
  }

  /** This key needs a load. */
  load(id: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#wanted.push({ key: this.#keys.get(id) ?? id, resolve, reject });
      this.leave(id);
      this.#startWhenDecided();
    });
  }

  /** This key needs none, or not yet: the others do not wait for it. */
  leave(id: string): void {
    if (this.#undecided.delete(id)) this.#startWhenDecided();
  }

  #startWhenDecided(): void {
    if (this.#undecided.size > 0 || this.#wanted.length === 0 || this.#isScheduled) return;
    this.#isScheduled = true;
    // Those that are decided in the same turn belong together.
    queueMicrotask(() => {
      this.#isScheduled = false;
      const wanted = this.#wanted;
      this.#wanted = [];
      void this.#run(wanted);
    });
  }

  async #run(wanted: readonly Wanted[]): Promise<void> {
    const keys = wanted.map(({ key }) => key);
    try {
      const values: unknown = await this.#pool.run((signal) => this.#loader(keys, { signal }));
      if (!(values instanceof Map)) {
        throw new HoldfastError("HOLDFAST_OPTIONS", "getOrSetMany: loadMissing gave no Map");
      }
      this.#counters.loads++;
      for (const { key, resolve } of wanted) resolve(values.get(key));
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }
}
