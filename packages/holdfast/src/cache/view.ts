import { currentDeadline, validateOptions, validateValue } from "../core/index.ts";
import type { Rule, RulesOf } from "../core/options.ts";
import { callback, having } from "../core/rules.ts";
import type { Engine } from "./engine.ts";
import { publish } from "./events.ts";
import { checkKeyText, keyPrefix, qualifiedKey } from "./key.ts";
import { batchKeysMax } from "./load/batch.ts";
import { answerFor } from "./load/caller.ts";
import { isTag, tagMaxLength, tagsRule } from "./load/context.ts";
import { namespaceMarks, tagMark } from "./marks/names.ts";
import type { MemoryEntry } from "./memory.ts";
import { graceRule, name as nameRule, ttlRule } from "./options.ts";
import type { CacheStats } from "./stats.ts";
import type {
  Cache,
  CloseReport,
  GetOrSetOptions,
  Loader,
  ManyLoader,
  ManyOptions,
  SetOptions,
  WrapOptions,
  WriteOutcome,
} from "./types.ts";

const setRules: RulesOf<SetOptions> = { ttlMs: ttlRule, graceMs: graceRule, tags: tagsRule };

const manyRules: RulesOf<ManyOptions> = {
  ...setRules,
  signal: having("addEventListener", "removeEventListener"),
};

const getOrSetRules: RulesOf<GetOrSetOptions<unknown>> = {
  ...manyRules,
  default: { expected: "any value", accepts: () => true },
};

const keysRule: Rule = {
  expected: `an array of at most ${batchKeysMax} keys`,
  accepts: (value) => Array.isArray(value) && value.length <= batchKeysMax,
};

const tagRule: Rule = {
  expected: `a non-empty string of at most ${tagMaxLength} characters`,
  accepts: isTag,
};

/** How deep namespaces may lie in each other: each is one more mark on every value. */
const namespaceDepthMax = 8;

/** The cache as one namespace sees it. */
export class View implements Cache {
  readonly #engine: Engine;
  readonly #path: readonly string[];
  readonly #prefix: string;
  readonly #namespaces: readonly string[];

  constructor(engine: Engine, path: readonly string[]) {
    this.#engine = engine;
    this.#path = path;
    this.#prefix = keyPrefix(path);
    this.#namespaces = namespaceMarks(path);
  }

  getOrSet<T, Stale = T>(
    key: string,
    loader: Loader<T, Stale>,
    options?: GetOrSetOptions<T>,
  ): Promise<T> {
    try {
      const id = qualifiedKey(this.#prefix, key);
      const entry = this.#engine.memory?.get(id);
      if (entry !== undefined && this.#isFresh(entry) && options?.signal?.aborted !== true) {
        return this.#hit(entry) as Promise<T>;
      }
      return this.#fetch(id, entry, loader as Loader<unknown>, options) as Promise<T>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async getOrSetMany<T>(
    keys: readonly string[],
    loadMissing: ManyLoader<T>,
    options: ManyOptions = {},
  ): Promise<Map<string, T>> {
    this.#engine.checkOpen();
    validateValue("getOrSetMany", "keys", keys, keysRule);
    validateValue("getOrSetMany", "loadMissing", loadMissing, callback);
    validateOptions("getOrSetMany", options, manyRules);
    const { signal } = options;
    if (signal?.aborted) throw signal.reason;
    const answers = this.#answerMany([...new Set(keys)], loadMissing, options);
    const all = {
      answer: Promise.all([...answers].map(async ([key, answer]) => [key, await answer] as const)),
      stale: undefined,
    };
    const found = await answerFor(all, { signal, deadline: currentDeadline() });
    return new Map((found as [string, T][]).filter(([, value]) => value !== undefined));
  }

  async get<T>(key: string): Promise<T | undefined> {
    return (await this.#find(key))?.value as T | undefined;
  }

  async has(key: string): Promise<boolean> {
    return (await this.#find(key))?.value !== undefined;
  }

  async set<T>(key: string, value: T, options: SetOptions = {}): Promise<WriteOutcome> {
    const { writer } = this.#engine;
    const id = this.#checkedId(key);
    validateOptions("set", options, setRules);
    return writer.set(id, value, this.#storeOptions(options));
  }

  async delete(key: string): Promise<WriteOutcome> {
    return this.#engine.writer.delete(this.#checkedId(key));
  }

  async expire(key: string): Promise<WriteOutcome> {
    return this.#engine.writer.expire(this.#checkedId(key));
  }

  async deleteByTag(tag: string): Promise<WriteOutcome> {
    this.#engine.checkOpen();
    validateValue("deleteByTag", "tag", tag, tagRule);
    return this.#engine.writer.changeMark(tagMark(this.#prefix, tag));
  }

  async clear(): Promise<WriteOutcome> {
    this.#engine.checkOpen();
    return this.#engine.writer.changeMark(this.#prefix);
  }

  namespace(name: string): Cache {
    this.#engine.checkOpen();
    validateValue("namespace", "name", name, nameRule);
    const path = [...this.#path, name];
    validateValue("namespace", "depth", path.length, {
      expected: `at most ${namespaceDepthMax} namespaces in each other`,
      accepts: () => path.length <= namespaceDepthMax,
    });
    return new View(this.#engine, path);
  }

  wrap<A extends readonly unknown[], T>(
    fn: (...args: A) => T | PromiseLike<T>,
    options: WrapOptions<A, T>,
  ): (...args: A) => Promise<T> {
    validateOptions("wrap", options, { ...getOrSetRules, key: { ...callback, required: true } });
    const { key, ...rest } = options;
    return async (...args) => this.getOrSet<T>(key(...args), () => fn(...args), rest);
  }

  stats(): CacheStats {
    return this.#engine.stats();
  }

  close(): Promise<CloseReport> {
    return this.#engine.close();
  }

  #isFresh(entry: MemoryEntry): boolean {
    const engine = this.#engine;
    return engine.isVerified(entry, engine.clock.now()) && engine.hasValidMarks(entry);
  }

  #hit(entry: MemoryEntry): Promise<unknown> {
    const { counters, options } = this.#engine;
    counters.memoryHits++;
    publish(options.namespace, "hit", memoryLayer);
    entry.answer ??= Promise.resolve(entry.value);
    return entry.answer;
  }

  #fetch(
    id: string,
    entry: MemoryEntry | undefined,
    loader: Loader<unknown>,
    options: GetOrSetOptions<unknown> = {},
  ): Promise<unknown> {
    this.#engine.checkOpen();
    checkKeyText(id);
    validateValue("getOrSet", "loader", loader, callback);
    validateOptions("getOrSet", options, getOrSetRules);
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const held = this.#fallback(entry);
    if (held !== undefined && this.#isResting(held)) return Promise.resolve(held.value);
    const request = { loader, ...this.#storeOptions(options) };
    const flight = this.#engine.fetcher.fetch(id, held, request);
    return answerFor(flight, { signal, default: options.default, deadline: currentDeadline() });
  }

  /** The answers of many keys, those that are not in memory fetched together. */
  #answerMany(
    keys: readonly string[],
    loadMissing: ManyLoader<unknown>,
    options: ManyOptions,
  ): Map<string, Promise<unknown>> {
    const engine = this.#engine;
    const answers = new Map<string, Promise<unknown>>();
    const toFetch = new Map<string, string>();
    for (const key of keys) {
      const id = this.#checkedId(key);
      const entry = engine.memory?.get(id);
      if (entry !== undefined && this.#isFresh(entry)) answers.set(key, this.#hit(entry));
      else toFetch.set(id, key);
    }
    const request = {
      loader: (): never => {
        throw new Error("a key of a batch is loaded with the batch");
      },
      batch: engine.createBatch(toFetch, loadMissing),
      ...this.#storeOptions(options),
    };
    for (const [id, key] of toFetch) {
      const held = this.#fallback(engine.memory?.peek(id));
      answers.set(key, engine.fetcher.fetch(id, held, request).answer);
    }
    return answers;
  }

  /** What may be fallen back on: not fresh any more, and not beyond its grace. */
  #fallback(entry: MemoryEntry | undefined): MemoryEntry | undefined {
    return entry !== undefined && entry.staleUntil > this.#engine.clock.now() ? entry : undefined;
  }

  /** Whether a refresh has failed a moment ago, so that the stale value is given without another. */
  #isResting(held: MemoryEntry): boolean {
    const engine = this.#engine;
    if (engine.clock.now() >= held.retryAt || !engine.hasValidMarks(held)) return false;
    engine.counters.stale++;
    return true;
  }

  async #find(key: string): Promise<MemoryEntry | undefined> {
    const { counters, memory, reader } = this.#engine;
    const id = this.#checkedId(key);
    const entry = memory?.get(id);
    if (entry !== undefined && this.#isFresh(entry)) {
      counters.memoryHits++;
      return entry;
    }
    const held = entry !== undefined && this.#engine.hasValidMarks(entry) ? entry : undefined;
    const found = await reader.read(id, held, this.#namespaces);
    if (found === undefined) counters.misses++;
    else counters.redisHits++;
    return found;
  }

  #checkedId(key: string): string {
    this.#engine.checkOpen();
    const id = qualifiedKey(this.#prefix, key);
    checkKeyText(id);
    return id;
  }

  #storeOptions({ ttlMs, graceMs, tags }: SetOptions) {
    const { options } = this.#engine;
    return {
      prefix: this.#prefix,
      namespaces: this.#namespaces,
      ttlMs: ttlMs ?? options.ttlMs,
      graceMs: graceMs ?? options.graceMs,
      tags: tags ?? [],
    };
  }
}

const memoryLayer = { layer: "l1" } as const;
