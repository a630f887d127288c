import type { Clock } from "../core/index.ts";
import { Expiring, ExpiryQueue } from "./expiry-queue.ts";

export interface BulkheadSettings {
  /** Permits; what holds one is in flight. */
  readonly maxInFlight: number;
  /** Items that may wait for a permit. */
  readonly maxQueue: number;
  /** The longest wait, in milliseconds. */
  readonly maxQueueMs: number;
}

/** What happens to an item that waits. Neither may throw. */
export interface BulkheadHandlers<Item> {
  /** The item has a permit now and must give it back with `exit`. */
  admitted(item: Item): void;
  /** The item waited too long and has left the queue. */
  overdue(item: Item): void;
}

/** A place in the queue, to leave it by. */
export class Ticket<Item> extends Expiring {
  readonly item: Item;

  constructor(item: Item) {
    super();
    this.item = item;
  }
}

/**
 * A bound on what is in flight, with a queue bounded in length and in age. A permit is held until the
 * work has really settled, so work that outlives its time-out still counts: freeing the permit at
 * the time-out is how a capacity of 2 comes to run 20.
 */
export class Bulkhead<Item> {
  readonly #settings: BulkheadSettings;
  readonly #handlers: BulkheadHandlers<Item>;
  readonly #queue: ExpiryQueue<Ticket<Item>>;
  #inFlight = 0;
  #admitting = false;

  constructor(settings: BulkheadSettings, clock: Clock, handlers: BulkheadHandlers<Item>) {
    this.#settings = settings;
    this.#handlers = handlers;
    this.#queue = new ExpiryQueue(clock, settings.maxQueueMs, (ticket) =>
      handlers.overdue(ticket.item),
    );
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Takes a permit when one is free and nobody waits for it. */
  tryEnter(): boolean {
    if (this.#inFlight >= this.#settings.maxInFlight || this.#queue.size > 0) return false;
    this.#inFlight++;
    return true;
  }

  /** Waits for a permit; undefined when the queue is full. */
  enqueue(item: Item, now: number): Ticket<Item> | undefined {
    if (this.#queue.size >= this.#settings.maxQueue) return undefined;
    const ticket = new Ticket(item);
    this.#queue.add(ticket, now);
    return ticket;
  }

  /** Leaves the queue; nothing happens when the ticket is no longer in it. */
  leave(ticket: Ticket<Item>): void {
    this.#queue.remove(ticket);
  }

  /** Gives a permit back, to whoever waits longest. */
  exit(): void {
    this.#inFlight--;
    // An admitted item that fails at once comes back here: a loop, or a long queue of such would
    // overflow the stack.
    if (this.#admitting) return;
    this.#admitting = true;
    while (this.#inFlight < this.#settings.maxInFlight) {
      const ticket = this.#queue.shift();
      if (ticket === undefined) break;
      this.#inFlight++;
      this.#handlers.admitted(ticket.item);
    }
    this.#admitting = false;
  }

  /** Empties the queue, oldest first, and hands each item over. */
  drain(take: (item: Item) => void): void {
    // Only those that wait now: a taker may queue again.
    for (let left = this.#queue.size; left > 0; left--) {
      const ticket = this.#queue.shift();
      if (ticket === undefined) return;
      take(ticket.item);
    }
  }
}
