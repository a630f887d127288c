import { acquire } from "../scripts/acquire.ts";
import { mark } from "../scripts/mark.ts";
import { renew } from "../scripts/renew.ts";
import { type Script, ScriptRunner } from "../scripts/script.ts";
import { seize } from "../scripts/seize.ts";
import { store } from "../scripts/store.ts";
import type { Counters } from "../stats.ts";
import { crossedReply } from "./crossed-reply.ts";
import type { RedisKeys } from "./keys.ts";
import type { Link } from "./link.ts";
import type { ServerClock } from "./server-clock.ts";

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

/** The layer in Redis: what the cache does there, each one command. All of them may reject. */
export class Remote {
  readonly #link: Link;
  readonly #keys: RedisKeys;
  readonly #serverClock: ServerClock;
  readonly #now: () => number;
  readonly #newToken: () => string;
  readonly #counters: Counters;
  readonly #scripts: ScriptRunner;

  constructor(options: {
    readonly link: Link;
    readonly keys: RedisKeys;
    readonly serverClock: ServerClock;
    readonly now: () => number;
    readonly newToken: () => string;
    readonly counters: Counters;
  }) {
    const { link } = options;
    this.#link = link;
    this.#scripts = new ScriptRunner((command) => link.send(command));
    this.#keys = options.keys;
    this.#serverClock = options.serverClock;
    this.#now = options.now;
    this.#newToken = options.newToken;
    this.#counters = options.counters;
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
    return this.#link.ask(["GET", this.#keys.value(id)]);
  }

  /** The stored forms of several keys in their order, null for those that are not there. */
  async readMany(ids: readonly string[]): Promise<readonly unknown[]> {
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
    const reply = await this.#ask(acquire, [...this.#pair(id), token, String(leaseMs), seen]);
    const [outcome, serverMs, text] = this.#own(reply, token) as [string, number, string?];
    this.#serverClock.observe(serverMs, sentAt);
    if (outcome === "granted") return { kind: "granted", token };
    return outcome === "held" ? { kind: "held" } : { kind: "changed", text: String(text) };
  }

  /** Takes the lease for an explicit write, from whoever has it. */
  async seize(id: string): Promise<string> {
    const token = this.#newToken();
    const sentAt = this.#now();
    const reply = await this.#run(seize, [...this.#pair(id), token, String(leaseMs)]);
    this.#serverClock.observe(Number(this.#own(reply, token)[0]), sentAt);
    return token;
  }

  /** Stores if the lease stands; false when it was gone. */
  async store(id: string, token: string, text: string, lifeMs: number): Promise<boolean> {
    const life = String(Math.max(1, Math.ceil(lifeMs)));
    const reply = await this.#run(store, [...this.#pair(id), token, text, life]);
    return this.#own(reply, token)[0] === 1;
  }

  /** Prolongs a lease. */
  async renew(id: string, token: string): Promise<void> {
    await this.#run(renew, [this.#keys.lease(id), token, String(leaseMs)]);
  }

  /** Gives a lease back unused. */
  async release(id: string, token: string): Promise<void> {
    await this.#run(renew, [this.#keys.lease(id), token, "0"]);
  }

  /** Deletes a value and its lease: loads that are under way can no longer store theirs. */
  async remove(id: string): Promise<void> {
    await this.#link.send(["DEL", ...this.#pair(id)]);
  }

  /** The token of a mark; `candidate` where there is none. */
  async mark(name: string, candidate: string): Promise<string> {
    const sentAt = this.#now();
    const args = [this.#keys.mark(name), candidate, String(markLifeMs)];
    const reply = await this.#ask(mark, args);
    const [token, serverMs] = this.#own(reply, candidate) as [string, number];
    this.#serverClock.observe(serverMs, sentAt);
    return String(token);
  }

  /** Replaces the token of a mark: every value that carries another is invalid. */
  async setMark(name: string, token: string): Promise<void> {
    await this.#link.send(["SET", this.#keys.mark(name), token, "PX", String(markLifeMs)]);
  }

  /** How the stored form begins, in bytes. */
  async readStart(id: string, bytes: number): Promise<string> {
    return String(
      await this.#link.send(["GETRANGE", this.#keys.value(id), "0", String(bytes - 1)]),
    );
  }

  /** For what a load can do without. */
  #ask(script: Script, args: readonly string[]): Promise<unknown> {
    return this.#scripts.run(script, args, (command) => this.#link.ask(command));
  }

  #run(script: Script, args: readonly string[]): Promise<unknown> {
    return this.#scripts.run(script, args);
  }

  /** What a script replied after the token that it was given; no other command has the same. */
  #own(reply: unknown, token: string): unknown[] {
    const [own, ...rest] = Array.isArray(reply) ? (reply as unknown[]) : [];
    if (own !== token) throw crossedReply(this.#counters);
    return rest;
  }

  #pair(id: string): [string, string] {
    return [this.#keys.value(id), this.#keys.lease(id)];
  }
}
