import type { Clock, Random, Timer } from "../../core/index.ts";
import type { RecordChange, TouchedRecord } from "./touched-record.ts";

/** What {@link CacheOptions.onRecovery} is told. */
export interface RecoveryReport {
  /** Keys that were deleted from Redis. */
  readonly keys: number;
  /** Tags and namespaces that were invalidated in Redis. */
  readonly marks: number;
  /** The record had overflowed, and the whole namespace was invalidated. */
  readonly overflowed: boolean;
  /** From the first entry of the record until Redis had all, in milliseconds. */
  readonly durationMs: number;
}

/** Deletions that are sent together. */
const batchSize = 100;

/** The pause after an attempt that failed, in milliseconds; half of it at random. */
const retryMs = 250;

export interface RecoveryParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly record: TouchedRecord;
  /** Whether it makes sense to try. */
  readonly isAvailable: () => boolean;
  readonly removeKey: (id: string) => Promise<void>;
  readonly setMark: (name: string, token: string) => Promise<void>;
  readonly onRecovered: (report: RecoveryReport) => void;
}

/**
 * Brings to Redis what it could not be told in an outage. What was set or deleted is deleted there,
 * never applied again: deletion commutes, so neither clocks nor an order between processes matter,
 * and it takes the leases of stores that may still be on their way.
 */
export class Recovery {
  readonly #parts: RecoveryParts;
  #draining: Promise<void> | undefined;
  #timer: Timer | undefined;
  #closed = false;
  #since: number | undefined;
  #keys = 0;
  #marks = 0;
  #overflowed = false;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
    if (parts.record.size > 0) this.#begin();
  }

  get pending(): number {
    return this.#parts.record.size;
  }

  get overflowed(): boolean {
    return this.#parts.record.overflowed;
  }

  /** Whether Redis may not be read for this key: it may still have what is to be deleted. */
  blocks(id: string): boolean {
    const { record } = this.#parts;
    return record.size > 0 && (record.overflowed || record.hasKey(id));
  }

  /** Notes a key whose value in Redis is no longer true. */
  addKey(id: string): void {
    this.#parts.record.addKey(id);
    this.#begin();
  }

  /** Notes a mark that Redis is to have. */
  addMark(name: string, token: string): void {
    this.#parts.record.addMark(name, token);
    this.#begin();
  }

  /** Redis has been told of this key meanwhile. */
  settleKey(id: string): void {
    this.#parts.record.settle({ kind: "key", name: id });
  }

  /** Tries at once: there is a sign that Redis is back. Settles when the try is over. */
  drain(): Promise<void> {
    if (this.#closed || this.#parts.record.size === 0) return Promise.resolve();
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
      if (this.#parts.record.size > 0) this.#retryLater();
      else this.#finish();
    });
    return this.#draining;
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer();
  }

  async #drain(): Promise<void> {
    this.#cancelTimer();
    while (this.#parts.isAvailable() && (await this.#sendBatch()));
  }

  #begin(): void {
    this.#since ??= this.#parts.clock.now();
    if (this.#parts.record.overflowed) this.#overflowed = true;
    if (this.#timer === undefined && this.#draining === undefined) this.#retryLater();
  }

  /** Whether all of the batch went through and there may be more. */
  async #sendBatch(): Promise<boolean> {
    const changes = this.#parts.record.oldest(batchSize);
    if (changes.length === 0) return false;
    const sent = await Promise.all(changes.map((change) => this.#send(change)));
    return sent.every(Boolean);
  }

  async #send(change: RecordChange): Promise<boolean> {
    const { record, removeKey, setMark } = this.#parts;
    try {
      if (change.kind === "key") await removeKey(change.name);
      else await setMark(change.name, change.token);
    } catch {
      return false;
    }
    // One that was noted again meanwhile stays: its deletion is still to come.
    if (record.settle(change)) {
      if (change.kind === "key") this.#keys++;
      else this.#marks++;
    }
    return true;
  }

  #finish(): void {
    const { clock, onRecovered } = this.#parts;
    if (this.#since === undefined) return;
    const durationMs = clock.now() - this.#since;
    const report = {
      keys: this.#keys,
      marks: this.#marks,
      overflowed: this.#overflowed,
      durationMs,
    };
    this.#since = undefined;
    this.#keys = 0;
    this.#marks = 0;
    this.#overflowed = false;
    onRecovered(report);
  }

  #retryLater(): void {
    if (this.#closed) return;
    const { clock, random } = this.#parts;
    const delayMs = retryMs * (0.5 + random() / 2);
    this.#timer = clock.schedule(() => {
      this.#timer = undefined;
      void this.drain();
    }, delayMs);
  }

  #cancelTimer(): void {
    if (this.#timer !== undefined) this.#parts.clock.cancel(this.#timer);
    this.#timer = undefined;
  }
}
