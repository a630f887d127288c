import type { Clock, Timer } from "../../../core/index.ts";
import { hookGetter } from "../../hook.ts";
import type { Link, LinkOwner } from "../../link.ts";
import type { NodeRedisPool } from "./members.ts";

/**
 * Gets a pool its first connections. The pool waits until all of them are made, each at the pace of the
 * client's own strategy, and meanwhile makes one more for every command that comes: so an attempt that
 * fails is ended, and the next begun at the guard's pace. Once there are connections they have guards.
 */
export class PoolLink implements Link {
  readonly address = "pool";
  readonly bytesRead = undefined;
  readonly #pool: NodeRedisPool;
  readonly #owner: LinkOwner;
  readonly #clock: Clock;
  readonly #attemptMs: number;
  readonly #raw: Pick<NodeRedisPool, "connect" | "destroy">;
  readonly #openBefore: boolean;
  readonly #restore: readonly (() => void)[];
  #state: "idle" | "connecting" | "up" | "pausing" | "closed" = "idle";
  /** Counts attempts, so that the end of an earlier one changes nothing. */
  #attempt = 0;
  #timer: Timer | undefined;
  #hold: NodeJS.Timeout | undefined;
  #firstOutcome: (() => void)[] = [];

  /** @param attemptMs - How long an attempt to connect has. */
  constructor(pool: NodeRedisPool, owner: LinkOwner, clock: Clock, attemptMs: number) {
    this.#pool = pool;
    this.#owner = owner;
    this.#clock = clock;
    this.#attemptMs = attemptMs;
    this.#raw = { connect: pool.connect, destroy: pool.destroy };
    this.#openBefore = pool.isOpen;
    // Without a listener the first lost connection of any of its clients would end the process.
    const onError = (error: unknown) => {
      if (this.#state === "connecting") this.#failed(error);
    };
    pool.prependListener("error", onError);
    this.#restore = [() => pool.off("error", onError), hookGetter(pool, "isOpen", () => this.open)];
  }

  adopt(): void {
    if (!this.#openBefore) return;
    this.#state = "up";
    this.#owner.up();
  }

  get open(): boolean {
    return this.#state !== "idle" && this.#state !== "closed";
  }

  get ready(): boolean {
    return this.#state === "up";
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

  /** Begins to connect; settles with the outcome of the first attempt, which may be a failure. */
  start(): Promise<void> {
    const outcome = new Promise<void>((resolve) => this.#firstOutcome.push(resolve));
    this.#begin();
    return outcome;
  }

  /**
   * The application closes the pool: nothing is tried again until the next `start()`.
   *
   * @returns Whether the pool itself has anything to close.
   */
  stop(): boolean {
    const wasPausing = this.#state === "pausing";
    this.#state = "closed";
    this.#cancelTimers();
    this.#settleFirstOutcome();
    this.#owner.closed();
    return !wasPausing;
  }

  release(): void {
    this.#cancelTimers();
    this.#state = "closed";
    this.#settleFirstOutcome();
    for (const undo of this.#restore) undo();
  }

  #begin(): void {
    this.#state = "connecting";
    this.#owner.connecting();
    const attempt = ++this.#attempt;
    this.#timer = this.#clock.schedule(() => {
      const message = `no connection within ${this.#attemptMs} ms`;
      this.#failed(Object.assign(new Error(message), { code: "ETIMEDOUT" }));
    }, this.#attemptMs);
    // It destroys itself when it fails, which must not count as the application's wish.
    const attempted = Object.create(this.#pool, { destroy: { value: this.#raw.destroy } });
    this.#raw.connect.call(attempted as NodeRedisPool).then(
      () => {
        if (attempt === this.#attempt) this.#connected();
      },
      (error: unknown) => {
        if (attempt === this.#attempt) this.#failed(error);
      },
    );
  }

  #connected(): void {
    if (this.#state !== "connecting") return;
    this.#cancelTimers();
    this.#state = "up";
    this.#settleFirstOutcome();
    this.#owner.up();
  }

  #failed(error: unknown): void {
    if (this.#state !== "connecting") return;
    this.#cancelTimers();
    this.#state = "pausing";
    this.#attempt++;
    try {
      this.#raw.destroy.call(this.#pool);
    } catch {
      // A client that has closed itself already.
    }
    const pauseMs = this.#owner.down(error instanceof Error ? error : new Error(String(error)));
    this.#settleFirstOutcome();
    // A client between two attempts keeps its process alive, so this must too.
    this.#hold = setInterval(() => {}, 2 ** 30);
    this.#timer = this.#clock.schedule(() => {
      this.#cancelTimers();
      this.#begin();
    }, pauseMs);
  }

  #cancelTimers(): void {
    clearInterval(this.#hold);
    this.#clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  #settleFirstOutcome(): void {
    for (const settle of this.#firstOutcome.splice(0)) settle();
  }
}
