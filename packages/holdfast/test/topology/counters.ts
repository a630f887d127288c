import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import type { ErrorLike, Settled } from "../guard/support.ts";
import { settled } from "../guard/support.ts";
import type { TopologyClient } from "./kinds.ts";

/** What became of increments of one counter. */
export interface CounterHistory {
  readonly acknowledged: number;
  /** Rejected, and perhaps run. */
  readonly unknown: number;
  readonly results: readonly Settled<number>[];
}

/**
 * Increments counters at a steady rate, whatever becomes of it. The outcome of each says how often it
 * can have run, so afterwards every counter must stand between the two sums.
 */
export class Counters {
  readonly #client: TopologyClient;
  readonly #results: Map<string, Promise<Settled<number>>[]> = new Map();
  readonly #keys: readonly string[];
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(client: TopologyClient, keys: readonly string[]) {
    this.#client = client;
    this.#keys = keys;
    for (const key of keys) this.#results.set(key, []);
  }

  start(everyMs: number): this {
    this.#running = this.#run(everyMs);
    return this;
  }

  async stop(): Promise<ReadonlyMap<string, CounterHistory>> {
    this.#stopped = true;
    await this.#running;
    const histories = new Map<string, CounterHistory>();
    for (const [key, promises] of this.#results) {
      const results = await Promise.all(promises);
      const unknown = results.filter(({ error }) => error !== undefined && mayHaveRun(error));
      const acknowledged = results.filter(({ error }) => error === undefined);
      histories.set(key, {
        acknowledged: acknowledged.length,
        unknown: unknown.length,
        results,
      });
    }
    return histories;
  }

  async #run(everyMs: number): Promise<void> {
    while (!this.#stopped) {
      for (const key of this.#keys) {
        this.#results.get(key)?.push(settled(this.#client.incr(key)));
      }
      await delay(everyMs);
    }
  }
}

/** An error reply says that it has not run; of the rest, the outcome tells. */
function mayHaveRun(error: ErrorLike): boolean {
  return error.code?.startsWith("HOLDFAST_") === true && error.outcome === "unknown";
}

export function longestMs(history: CounterHistory | undefined): number {
  return Math.max(0, ...(history?.results.map(({ ms }) => ms) ?? []));
}

export function failures(history: CounterHistory | undefined): readonly ErrorLike[] {
  return history?.results.flatMap(({ error }) => (error === undefined ? [] : [error])) ?? [];
}

/** Nothing was refused. A reply may be late now and then: the machine is busy. */
export function expectUndisturbed(history: CounterHistory | undefined): void {
  const all = failures(history);
  expect(all.filter(({ code }) => code !== "HOLDFAST_DEADLINE")).toEqual([]);
  expect(all.length).toBeLessThanOrEqual((history?.results.length ?? 0) / 10);
}
