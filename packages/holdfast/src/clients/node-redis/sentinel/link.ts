import type { Clock, Timer } from "../../../core/index.ts";
import { hookGetter } from "../../hook.ts";
import type { Link, LinkOwner } from "../../link.ts";
import type { NodeRedisSentinel } from "./members.ts";

/** Pause before the sentinels are asked again while the primary is unwell, in milliseconds. */
const askAgainMs = 250;

export interface SentinelParts {
  readonly sentinel: NodeRedisSentinel;
  readonly owner: LinkOwner;
  readonly clock: Clock;
  /** After so long without a primary an attempt to connect counts as failed, in milliseconds. */
  readonly attemptMs: number;
  /** Whether a primary is known that takes commands. */
  primaryUsable(): boolean;
  /** Has the client ask its sentinels, and settles when it has done what they say. */
  rediscover(): Promise<void>;
}

/**
 * Keeps a node-redis sentinel supplied with a primary. What the client does to find one, and the second
 * that it waits when it has found none, is inside of it: the guard makes it begin, sees when it is done,
 * and lets no command wait for it.
 */
export class SentinelLink implements Link {
  readonly address = "sentinel";
  readonly bytesRead = undefined;
  readonly #parts: SentinelParts;
  readonly #connect: NodeRedisSentinel["connect"];
  readonly #openBefore: boolean;
  readonly #restore: readonly (() => void)[];
  #state: "idle" | "connecting" | "up" | "closed" = "idle";
  #timer: Timer | undefined;
  #asking = false;
  #lastError: Error | undefined;
  #firstOutcome: (() => void)[] = [];

  constructor(parts: SentinelParts) {
    const { sentinel } = parts;
    this.#parts = parts;
    this.#connect = sentinel.connect;
    this.#openBefore = sentinel.isOpen;
    // Without a listener the client's report of a sentinel that it cannot ask would end the process.
    const onError = (error: unknown) => {
      this.#lastError = error instanceof Error ? error : new Error(String(error));
    };
    sentinel.prependListener("error", onError);
    this.#restore = [
      () => sentinel.off("error", onError),
      hookGetter(sentinel, "isOpen", () => this.open),
    ];
  }

  adopt(): void {
    if (!this.#openBefore) return;
    this.#state = "up";
    this.#parts.owner.up();
  }

  get open(): boolean {
    return this.#state !== "idle" && this.#state !== "closed";
  }

  get ready(): boolean {
    return this.#state === "up" && this.#parts.primaryUsable();
  }

  wake(): void {
    // It never connects by itself.
  }

  ping(): Promise<unknown> {
    return Promise.resolve("PONG");
  }

  probeApart(): Promise<unknown> {
    return this.ping();
  }

  drop(): void {
    // Each connection has a guard that sees to it.
  }

  /** Begins to connect; settles when the client has a primary, or when the first time for it is up. */
  start(): Promise<void> {
    const outcome = new Promise<void>((resolve) => this.#firstOutcome.push(resolve));
    this.#begin();
    return outcome;
  }

  /** The application closes the client. */
  stop(): void {
    this.#state = "closed";
    this.#cancel();
    this.#settleFirstOutcome();
    this.#parts.owner.closed();
  }

  release(): void {
    this.#state = "closed";
    this.#cancel();
    this.#settleFirstOutcome();
    for (const undo of this.#restore) undo();
  }

  /** The primary's connection is lost, or its guard lets nothing through. */
  unwell(): void {
    if (this.#state === "up" && !this.#asking) this.#in(0, () => this.#ask());
  }

  #begin(): void {
    this.#state = "connecting";
    this.#parts.owner.connecting();
    this.#expectSoon();
    this.#connect.call(this.#parts.sentinel).then(
      () => this.#connected(),
      () => {
        if (this.#state === "connecting") this.#in(askAgainMs, () => this.#begin());
      },
    );
  }

  /** The client tries for many seconds before it says anything. */
  #expectSoon(): void {
    this.#in(this.#parts.attemptMs, () => {
      this.#parts.owner.down(this.#lastError ?? new Error("the sentinels have named no primary"));
      this.#settleFirstOutcome();
      if (this.#state === "connecting") this.#expectSoon();
    });
  }

  #connected(): void {
    if (this.#state !== "connecting") return;
    this.#cancel();
    this.#state = "up";
    this.#settleFirstOutcome();
    this.#parts.owner.up();
  }

  #ask(): void {
    this.#asking = true;
    const done = () => {
      this.#asking = false;
      if (this.#state !== "up") return;
      if (this.#parts.primaryUsable()) this.#parts.owner.up();
      else this.#in(askAgainMs, () => this.#ask());
    };
    this.#parts.rediscover().then(done, done);
  }

  #in(ms: number, run: () => void): void {
    this.#cancel();
    this.#timer = this.#parts.clock.schedule(run, ms);
  }

  #cancel(): void {
    this.#parts.clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  #settleFirstOutcome(): void {
    for (const settle of this.#firstOutcome.splice(0)) settle();
  }
}
