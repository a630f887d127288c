import { acquire } from "../scripts/acquire.ts";
import { mark } from "../scripts/mark.ts";
import { renew } from "../scripts/renew.ts";
import { replaceMark } from "../scripts/replace-mark.ts";
import { type Script, ScriptRunner } from "../scripts/script.ts";
import { seize } from "../scripts/seize.ts";
import { starts } from "../scripts/starts.ts";
import { store } from "../scripts/store.ts";
import { crossedReply } from "./crossed-reply.ts";
import type { RedisKeys } from "./keys.ts";
import type { Link } from "./link.ts";
import type { ServerClock } from "./server-clock.ts";
import { Together, togetherMax } from "./together.ts";

/**
 * The life of a lease, in milliseconds: how long other processes wait for one that died while it
 * was loading. A living one renews it three times in that time.
 */
export const leaseMs = 1_500;

/** The life of a mark that nobody reads any more: longer than that of what carries it. */
const markLifeMs = 30 * 24 * 3_600_000;

export type Acquired =
  | { readonly kind: "granted"; readonly token: string }
  /** Another process loads the key. */
  | { readonly kind: "held" }
  /** Another process stored a value after ours was read. */
  | { readonly kind: "changed"; readonly text: string };

interface Store {
  readonly id: string;
  readonly token: string;
  readonly text: string;
  readonly lifeMs: number;
}

interface Start {
  readonly id: string;
  readonly bytes: number;
}

/**
 * The layer in Redis: what the cache does there. All of it may reject. What is done to many keys in
 * one turn of the event loop is one command.
 */
export class Remote {
  readonly #link: Link;
  readonly #keys: RedisKeys;
  readonly #serverClock: ServerClock;
  readonly #now: () => number;
  readonly #newToken: () => string;
  readonly #onCrossed: () => void;
  readonly #scripts: ScriptRunner;
  readonly #isClustered: boolean;
  readonly #reads: Together<string, unknown>;
  readonly #seizures: Together<string, string>;
  readonly #stores: Together<Store, boolean>;
  readonly #starts: Together<Start, string>;
  readonly #removals: Together<string, undefined>;

  constructor(options: {
    readonly link: Link;
    readonly keys: RedisKeys;
    readonly serverClock: ServerClock;
    readonly now: () => number;
    readonly newToken: () => string;
    /** Whether keys lie on several servers: a command is then for one key and its lease. */
    readonly isClustered: boolean;
    /** Told of each reply that was another command's. */
    readonly onCrossed: () => void;
  }) {
    const { link } = options;
    this.#link = link;
    this.#scripts = new ScriptRunner((command) => link.send(command));
    this.#keys = options.keys;
    this.#serverClock = options.serverClock;
    this.#now = options.now;
    this.#newToken = options.newToken;
    this.#onCrossed = options.onCrossed;
    this.#isClustered = options.isClustered;
    const most = this.#isClustered ? 1 : togetherMax;
    this.#reads = new Together((ids) => this.#readAll(ids), most);
    this.#seizures = new Together((ids) => this.#seizeAll(ids), most);
    this.#stores = new Together((stores) => this.#storeAll(stores), most);
    this.#starts = new Together((asked) => this.#readStarts(asked), most);
    this.#removals = new Together((ids) => this.#removeAll(ids), most);
  }

  get available(): boolean {
    return this.#link.available;
  }

  /** There is a new connection, perhaps to another server. */
  reconnected(): void {
    this.#scripts.forget();
  }

  /** The stored form, or null. */
  read(id: string): Promise<unknown> {
    return this.#reads.ask(id);
  }

  /** The stored forms of several keys in their order, null for those that are not there. */
  async readMany(ids: readonly string[]): Promise<readonly unknown[]> {
    if (this.#isClustered) return Promise.all(ids.map((id) => this.read(id)));
    return (await this.#link.ask(["MGET", ...ids.map(this.#keys.value)])) as unknown[];
  }

  /**
   * Asks for the lease of a load.
   *
   * @param seen - How the value that was read begins; empty when there was none.
   */
  async acquire(id: string, seen: string): Promise<Acquired> {
    const token = this.#newToken();
    const sentAt = this.#now();
    const reply = await this.#ask(acquire, this.#pair(id), [token, String(leaseMs), seen]);
    const [outcome, serverMs, text] = this.#own(reply, token) as [string, number, string?];
    this.#serverClock.observe(serverMs, sentAt);
    if (outcome === "granted") return { kind: "granted", token };
    return outcome === "held" ? { kind: "held" } : { kind: "changed", text: String(text) };
  }

  /** Takes the lease for an explicit write, from whoever has it. */
  seize(id: string): Promise<string> {
    return this.#seizures.ask(id);
  }

  /** Stores if the lease stands; false when it was gone. */
  store(id: string, token: string, text: string, lifeMs: number): Promise<boolean> {
    return this.#stores.ask({ id, token, text, lifeMs: Math.max(1, Math.ceil(lifeMs)) });
  }

  /** Prolongs a lease. */
  async renew(id: string, token: string): Promise<void> {
    await this.#run(renew, [this.#keys.lease(id)], [token, String(leaseMs)]);
  }

  /** Gives a lease back unused. */
  async release(id: string, token: string): Promise<void> {
    await this.#run(renew, [this.#keys.lease(id)], [token, "0"]);
  }

  /** Deletes a value and its lease: loads that are under way can no longer store theirs. */
  async remove(id: string): Promise<void> {
    await this.#removals.ask(id);
  }

  /** The token of a mark; `candidate` where there is none. */
  async mark(name: string, candidate: string): Promise<string> {
    const sentAt = this.#now();
    const reply = await this.#ask(mark, [this.#keys.mark(name)], [candidate, String(markLifeMs)]);
    const [token, serverMs] = this.#own(reply, candidate) as [string, number];
    this.#serverClock.observe(serverMs, sentAt);
    return String(token);
  }

  /** Gives a mark a token that it never had, by which every value that carries it is invalid. */
  async replaceMark(name: string, token: string): Promise<string> {
    const args = [token, String(markLifeMs)];
    const reply = await this.#run(replaceMark, [this.#keys.mark(name)], args);
    return String(this.#own(reply, token)[0]);
  }

  /** How the stored form begins, in bytes; empty when there is none. */
  readStart(id: string, bytes: number): Promise<string> {
    return this.#starts.ask({ id, bytes });
  }

  async #readAll(ids: readonly string[]): Promise<readonly unknown[]> {
    const [id, another] = ids;
    if (id === undefined || another !== undefined) return this.readMany(ids);
    return [await this.#link.ask(["GET", this.#keys.value(id)])];
  }

  async #seizeAll(ids: readonly string[]): Promise<string[]> {
    const tokens = ids.map(this.#newToken);
    const leases = ids.map(this.#keys.lease);
    const sentAt = this.#now();
    const reply = await this.#run(seize, leases, [String(leaseMs), ...tokens]);
    this.#serverClock.observe(Number(this.#own(reply, tokens[0])[0]), sentAt);
    return tokens;
  }

  async #storeAll(stores: readonly Store[]): Promise<boolean[]> {
    const pairs = stores.flatMap(({ id }) => this.#pair(id));
    const args = stores.flatMap(({ token, text, lifeMs }) => [token, text, String(lifeMs)]);
    const reply = await this.#run(store, pairs, args);
    return this.#own(reply, args[0]).map((stored) => stored === 1);
  }

  async #readStarts(asked: readonly Start[]): Promise<string[]> {
    const token = this.#newToken();
    const values = asked.map(({ id }) => this.#keys.value(id));
    const reply = await this.#run(starts, values, [
      token,
      ...asked.map(({ bytes }) => String(bytes)),
    ]);
    return this.#own(reply, token).map(String);
  }

  async #removeAll(ids: readonly string[]): Promise<undefined[]> {
    await this.#link.send(["DEL", ...ids.flatMap((id) => this.#pair(id))]);
    return [];
  }

  /** For what a load can do without. */
  #ask(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    return this.#scripts.run(script, keys, args, (command) => this.#link.ask(command));
  }

  #run(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    return this.#scripts.run(script, keys, args);
  }

  /** What a script replied after the token that it was given; no other command has the same. */
  #own(reply: unknown, token: string | undefined): unknown[] {
    const [own, ...rest] = Array.isArray(reply) ? (reply as unknown[]) : [];
    if (own !== token) throw crossedReply(this.#onCrossed);
    return rest;
  }

  #pair(id: string): [string, string] {
    return [this.#keys.value(id), this.#keys.lease(id)];
  }
}
