import type { Clock, Timer } from "../core/index.ts";

/** What an {@link ExpiryQueue} holds. The three fields belong to the queue it is in. */
export interface Expirable {
  /** When it expires, on the queue's clock. */
  dueAt: number;
  next: Expirable | undefined;
  previous: Expirable | undefined;
}

export class Expiring implements Expirable {
  dueAt = 0;
  next: Expirable | undefined = undefined;
  previous: Expirable | undefined = undefined;
}

/**
 * Entries that all live equally long, in the order of their expiry. Adding and removing one is a few
 * assignments, because whoever comes later expires later: one timer, armed for the first entry,
 * serves them all. It lapses by itself when nothing is left, so a call that settles before its time
 * never touches a timer.
 */
export class ExpiryQueue<Entry extends Expirable> {
  /** A ring: its `next` is the oldest entry, its `previous` the youngest. */
  readonly #ends: Expirable = new Expiring();
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  readonly #onExpire: (entry: Entry, now: number) => void;
  readonly #fire: () => void = () => this.#expire();
  #timer: Timer | undefined = undefined;
  #size = 0;

  /** @param onExpire - Gets each overdue entry after its removal. Must not throw. */
  constructor(clock: Clock, lifetimeMs: number, onExpire: (entry: Entry, now: number) => void) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
    this.#onExpire = onExpire;
    this.#ends.next = this.#ends;
    this.#ends.previous = this.#ends;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds an entry that is in no queue. */
  add(entry: Entry, now: number): void {
    const ends = this.#ends;
    const last = ends.previous as Expirable;
    entry.dueAt = now + this.#lifetimeMs;
    entry.previous = last;
    entry.next = ends;
    last.next = entry;
    ends.previous = entry;
    this.#size++;
    if (this.#timer === undefined) this.#arm(this.#lifetimeMs);
  }

  /** Takes an entry out; nothing happens when it is in no queue. It must not be in another one. */
  remove(entry: Entry): void {
    const { next, previous } = entry;
    if (next === undefined || previous === undefined) return;
    previous.next = next;
    next.previous = previous;
    entry.next = undefined;
    entry.previous = undefined;
    this.#size--;
  }

  /** Takes the oldest entry out. */
  shift(): Entry | undefined {
    if (this.#size === 0) return undefined;
    const first = this.#ends.next as Entry;
    this.remove(first);
    return first;
  }

  #arm(delayMs: number): void {
    this.#timer = this.#clock.schedule(this.#fire, delayMs);
  }

  #expire(): void {
    // Still set while entries expire: what they add must not arm a second timer.
    const now = this.#clock.now();
    while (this.#size > 0) {
      const first = this.#ends.next as Entry;
      if (first.dueAt > now) break;
      this.remove(first);
      this.#onExpire(first, now);
    }
    this.#timer = undefined;
    if (this.#size > 0) this.#arm((this.#ends.next as Entry).dueAt - now);
  }
}
