import type { Call } from "../clients/index.ts";
import { bareError } from "../clients/index.ts";
import type { BreakerState, Clock, HoldfastErrorCode } from "../core/index.ts";
import { channels, isHoldfastError } from "../core/index.ts";
import type { PolicyEvent } from "../policy/index.ts";
import type { SymptomId } from "../symptoms/index.ts";
import { latencySampling } from "./defaults.ts";
import type { GuardListeners } from "./events.ts";
import type { Latency } from "./latency.ts";
import { LatencyHistogram } from "./latency.ts";
import type { NodeObserver } from "./observer.ts";
import { symptomOf } from "./refusals.ts";

/** The last failure of a guard, for `health()`. */
export interface LastFailure {
  readonly symptom: SymptomId | undefined;
  readonly message: string;
  /** Wall-clock time, ISO 8601. */
  readonly at: string;
}

/**
 * All that happens in a guard: counted for `health()`, told to listeners, published on the
 * diagnostics channels. Where nobody listens, nothing is made.
 */
export class GuardRecord implements NodeObserver {
  readonly latency: LatencyHistogram = new LatencyHistogram();
  readonly #name: string;
  readonly #clock: Clock;
  readonly #listeners: GuardListeners;
  readonly #onEvent: ((event: PolicyEvent) => void) | undefined;
  readonly #symptoms: Map<string, number> = new Map();
  readonly #refusals: Map<HoldfastErrorCode, number> = new Map();
  /** When each node's connection went, until it is back. */
  readonly #gaps: Map<string, number> = new Map();
  #sent = 0;
  #retries = 0;
  #recycled = 0;
  #last: LastFailure | undefined;

  constructor(
    name: string,
    clock: Clock,
    listeners: GuardListeners,
    onEvent: ((event: PolicyEvent) => void) | undefined,
  ) {
    this.#name = name;
    this.#clock = clock;
    this.#listeners = listeners;
    this.#onEvent = onEvent;
  }

  sent(node: { readonly address: string }, call: Call): void {
    this.#sent++;
    const published = channels.command.hasSubscribers;
    if (this.#sent % latencySampling !== 0 && !published) return;
    const { address } = node;
    call.onReply(() => {
      const durationMs = this.#clock.now() - call.startedAt;
      this.latency.record(durationMs);
      if (published && !call.settled) this.#publishCommand(address, call, undefined);
    });
  }

  retrying(node: string, call: Call, reason: unknown, waitMs: number): void {
    this.#retries++;
    const error = bareError(reason);
    const command = call.name.toUpperCase();
    const attempt = call.attempts;
    this.#onEvent?.({ type: "retry", error, attempt, waitMs });
    if (this.#listeners.has("retry")) {
      this.#listeners.emit("retry", { node, command, error, attempt, waitMs });
    }
    if (channels.attempt.hasSubscribers) {
      const symptom = symptomOf(error);
      const guard = this.#name;
      channels.attempt.publish({ guard, command, attempt, waitMs, ...(symptom && { symptom }) });
    }
  }

  failure(node: string, reason: unknown): void {
    const error = bareError(reason);
    const symptom = symptomOf(error);
    count(this.#symptoms, symptom ?? "unclassified");
    const message = error instanceof Error ? error.message : String(error);
    this.#last = { symptom, message, at: new Date().toISOString() };
    if (this.#listeners.has("failure")) this.#listeners.emit("failure", { node, error, symptom });
  }

  rejected(node: string, call: Call, error: unknown): void {
    if (isHoldfastError(error)) count(this.#refusals, error.code);
    if (channels.command.hasSubscribers) this.#publishCommand(node, call, error);
  }

  changed(node: string, from: BreakerState, to: BreakerState, reason: unknown): void {
    const cause = bareError(reason);
    this.#onEvent?.({ type: "state", from, to, cause });
    this.#listeners.emit("state", { node, from, to, cause });
    if (channels.breaker.hasSubscribers) {
      const symptom = symptomOf(cause);
      channels.breaker.publish({ guard: this.#name, node, from, to, ...(symptom && { symptom }) });
    }
  }

  connected(node: string): void {
    this.#listeners.emit("connect", { node });
    this.#publishConnection(node, "connect", undefined);
    const since = this.#gaps.get(node);
    if (since === undefined) return;
    this.#gaps.delete(node);
    this.#listeners.emit("gap", { node, durationMs: this.#clock.now() - since });
    this.#publishConnection(node, "gap", undefined);
  }

  disconnected(node: string, cause: Error): void {
    if (!this.#gaps.has(node)) this.#gaps.set(node, this.#clock.now());
    this.failure(node, cause);
    this.#listeners.emit("disconnect", { node, error: bareError(cause) });
    this.#publishConnection(node, "disconnect", cause);
  }

  recycled(node: string, cause: Error): void {
    this.#recycled++;
    this.#listeners.emit("recycle", { node, error: bareError(cause) });
    this.#publishConnection(node, "recycle", cause);
  }

  moved(from: string, to: string): void {
    const since = this.#gaps.get(from);
    if (from === to || since === undefined) return;
    this.#gaps.delete(from);
    this.#gaps.set(to, since);
  }

  /** Plain numbers, for `health()`. */
  snapshot(): {
    attempts: number;
    retries: number;
    recycled: number;
    refusals: Record<string, number>;
    symptoms: Record<string, number>;
    lastFailure: LastFailure | null;
    latency: Latency;
  } {
    return {
      attempts: this.#sent,
      retries: this.#retries,
      recycled: this.#recycled,
      refusals: Object.fromEntries(this.#refusals),
      symptoms: Object.fromEntries(this.#symptoms),
      lastFailure: this.#last ?? null,
      latency: this.latency.snapshot(),
    };
  }

  #publishCommand(node: string, call: Call, error: unknown): void {
    const symptom = symptomOf(error);
    channels.command.publish({
      guard: this.#name,
      command: call.name.toUpperCase(),
      node,
      durationMs: this.#clock.now() - call.startedAt,
      attempts: call.attempts,
      ...(symptom !== undefined && { symptom }),
      ...(isHoldfastError(error) && { outcome: error.outcome }),
    });
  }

  #publishConnection(
    node: string,
    event: "connect" | "disconnect" | "recycle" | "gap",
    cause: unknown,
  ): void {
    if (!channels.connection.hasSubscribers) return;
    const symptom = symptomOf(cause);
    channels.connection.publish({ guard: this.#name, node, event, ...(symptom && { symptom }) });
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
