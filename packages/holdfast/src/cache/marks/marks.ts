import { LRUCache } from "lru-cache";
import type { Clock } from "../../core/index.ts";
import type { Remote } from "../remote/remote.ts";
import type { ServerClock } from "../remote/server-clock.ts";
import type { MarkTokens } from "../wire/entry.ts";
import { markToken, tokenMadeAt } from "./token.ts";

/** Marks that a process remembers; those it forgets it asks Redis for again. */
const marksMax = 10_000;

/** However well tracked, a mark is read again after this long: that prolongs its life in Redis. */
const rereadMs = 24 * 3_600_000;

/** How often a mark is asked for that changes while it is. */
const asksMax = 3;

/** A load must have begun this long after a token was made, to be later for certain. */
const clockErrorMs = 1_000;

type Mark =
  /** Redis had this token when it was asked. */
  | { readonly kind: "shared"; readonly token: string; readonly askedAt: number }
  /** Redis could not be asked yet: a token of this process's own, until it can. */
  | { readonly kind: "provisional"; readonly token: string }
  /** This process has replaced the token, and Redis is yet to be told. */
  | { readonly kind: "changed"; readonly token: string };

export interface MarksParts {
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly remote: Remote | undefined;
  readonly newToken: () => string;
  /** Since when something must have been read to be known now. */
  readonly verifiedSince: (now: number) => number;
}

/**
 * Marks make many values invalid in one operation. Each namespace and each tag has one, a token
 * that is replaced to invalidate; a value carries the tokens of its marks and is valid as long as
 * they are the present ones.
 */
export class Marks {
  readonly #parts: MarksParts;
  readonly #marks = new LRUCache<string, Mark>({ max: marksMax });
  readonly #asking = new Map<string, Promise<void>>();
  /** When word last came that a mark had changed: what Redis was asked before then may be old. */
  readonly #toldAt = new LRUCache<string, number>({ max: marksMax });
  #version = 1;

  constructor(parts: MarksParts) {
    this.#parts = parts;
  }

  /** Moves on whenever a token changes: what was valid at this version still is. */
  get version(): number {
    return this.#version;
  }

  /** Whether all of them are known for certain. */
  areKnown(names: readonly string[]): boolean {
    const now = this.#parts.clock.now();
    return names.every((name) => this.#isKnown(this.#marks.get(name), now));
  }

  /**
   * Asks Redis for those that are not known. Never rejects: while Redis cannot be asked, what this
   * process knew last is what it has, and a mark that it never knew gets a token of its own.
   */
  async learn(names: readonly string[]): Promise<void> {
    const now = this.#parts.clock.now();
    const unknown = names.filter((name) => !this.#isKnown(this.#marks.get(name), now));
    if (unknown.length > 0) await Promise.all(unknown.map((name) => this.#ask(name)));
  }

  /** The present tokens; call {@link Marks.learn} first. */
  tokens(names: readonly string[]): MarkTokens {
    return names.map((name) => [name, this.#tokenOf(name)] as const);
  }

  /** Whether these tokens are the present ones, as far as this process knows. */
  isValid(tokens: MarkTokens): boolean {
    return tokens.every(([name, token]) => this.#marks.get(name)?.token === token);
  }

  /** Whether it was certainly not invalidated since then, a time of the server's clock. */
  isUnchangedSince(name: string, serverMs: number): boolean {
    const mark = this.#marks.get(name);
    if (mark?.kind !== "shared") return mark !== undefined;
    return tokenMadeAt(mark.token) < serverMs - clockErrorMs;
  }

  /** Invalidates in this process and gives the new token, which Redis is to be told. */
  change(name: string): string {
    const token = this.makeToken();
    this.#put(name, { kind: "changed", token });
    return token;
  }

  /**
   * Redis had this token at some time after `askedAt`. False when word of a change has come since:
   * that travels on another connection, and may overtake the reply.
   */
  share(name: string, token: string, askedAt: number): boolean {
    if ((this.#toldAt.get(name) ?? Number.NEGATIVE_INFINITY) >= askedAt) {
      this.#remove(name);
      return false;
    }
    this.#put(name, { kind: "shared", token, askedAt });
    return true;
  }

  /**
   * Somebody changed the mark: what carries the old token is invalid, also where Redis never had
   * that token, because it could not be asked.
   */
  forget(name: string): void {
    this.#toldAt.set(name, this.#parts.clock.now());
    // This process's own change is still to be told: until then the mark has a token of its own.
    if (this.#marks.get(name)?.kind === "changed") this.change(name);
    else this.#remove(name);
  }

  /** Nothing is known of any mark. */
  forgetAll(): void {
    this.#marks.clear();
    this.#version++;
  }

  makeToken(): string {
    return markToken(this.#parts.serverClock.now(), this.#parts.newToken());
  }

  #remove(name: string): void {
    if (this.#marks.delete(name)) this.#version++;
  }

  #put(name: string, mark: Mark): void {
    if (this.#marks.get(name)?.token !== mark.token) this.#version++;
    this.#marks.set(name, mark);
  }

  #isKnown(mark: Mark | undefined, now: number): boolean {
    const { remote, verifiedSince } = this.#parts;
    switch (mark?.kind) {
      case undefined:
        return false;
      case "changed":
        return true;
      case "provisional":
        return remote === undefined;
      case "shared":
        return mark.askedAt >= Math.max(verifiedSince(now), now - rereadMs);
    }
  }

  #tokenOf(name: string): string {
    const held = this.#marks.get(name);
    if (held !== undefined) return held.token;
    const token = this.makeToken();
    this.#put(name, { kind: "provisional", token });
    return token;
  }

  #ask(name: string): Promise<void> {
    const current = this.#asking.get(name);
    if (current !== undefined) return current;
    const asking = this.#askRedis(name).finally(() => this.#asking.delete(name));
    this.#asking.set(name, asking);
    return asking;
  }

  async #askRedis(name: string): Promise<void> {
    const { remote, clock } = this.#parts;
    if (remote === undefined) return;
    for (let asks = 0; asks < asksMax; asks++) {
      const held = this.#marks.get(name);
      // A token that Redis never had invalidates nothing there: it may become the mark's first one.
      const candidate = held?.kind === "provisional" ? held.token : this.makeToken();
      const askedAt = clock.now();
      try {
        const token = await remote.mark(name, candidate);
        // Changed here while Redis was asked: the newer one stands.
        const present = this.#marks.get(name);
        if (present !== undefined && present.token !== held?.token) return;
        if (this.share(name, token, askedAt)) return;
      } catch {
        break;
      }
    }
    this.#tokenOf(name);
  }
}
