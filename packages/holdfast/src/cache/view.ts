import { currentDeadline, validateOptions, validateValue } from "../core/index.ts";
import type { Rule, RulesOf } from "../core/options.ts";
import { callback, having } from "../core/rules.ts";
import type { Engine } from "./engine.ts";
import { publish } from "./events.ts";
import { checkKeyText, keyPrefix, qualifiedKey } from "./key.ts";
import { answerFor } from "./load/caller.ts";
import { isTag, tagMaxLength, tagsRule } from "./load/context.ts";
import { namespaceMarks, tagMark } from "./marks/names.ts";
import type { MemoryEntry } from "./memory.ts";
import { graceRule, name as nameRule, ttlRule } from "./options.ts";
import type { CacheStats } from "./stats.ts";
import type {
  Cache,
  GetOrSetOptions,
  Loader,
  SetOptions,
  WrapOptions,
  WriteOutcome,
} from "./types.ts";

const setRules: RulesOf<SetOptions> = { ttlMs: ttlRule, graceMs: graceRule, tags: tagsRule };

const getOrSetRules: RulesOf<GetOrSetOptions<unknown>> = {
  ...setRules,
  signal: having("addEventListener", "removeEventListener"),
  default: { expected: "any value", accepts: () => true },
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

  getOrSet<T>(key: string, loader: Loader<T>, options?: GetOrSetOptions<T>): Promise<T> {
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

  close(): Promise<void> {
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
    const { clock, counters, fetcher } = this.#engine;
    this.#engine.checkOpen();
    checkKeyText(id);
    validateValue("getOrSet", "loader", loader, callback);
    validateOptions("getOrSet", options, getOrSetRules);
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const now = clock.now();
    const held = entry !== undefined && entry.staleUntil > now ? entry : undefined;
    if (held !== undefined && now < held.retryAt && this.#engine.hasValidMarks(held)) {
      counters.stale++;
      return Promise.resolve(held.value);
    }
    const flight = fetcher.fetch(id, held, { loader, ...this.#storeOptions(options) });
    return answerFor(flight, { signal, default: options.default, deadline: currentDeadline() });
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
