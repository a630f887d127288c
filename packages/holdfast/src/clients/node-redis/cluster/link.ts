import type { Clock, Timer } from "../../../core/index.ts";
import { hookGetter } from "../../hook.ts";
import type { Link, LinkOwner } from "../../link.ts";
import type { ClusterSlots, NodeRedisCluster } from "./members.ts";
import { rootAddress } from "./members.ts";

/**
 * Keeps one node-redis cluster supplied with a map of its nodes. The client asks its root nodes once, in
 * `connect()`, and gives up when none answers: so the guard asks again, at its own pace.
 */
export class ClusterLink implements Link {
  readonly address: string;
  readonly bytesRead = undefined;
  readonly #slots: ClusterSlots;
  readonly #owner: LinkOwner;
  readonly #clock: Clock;
  readonly #connect: () => Promise<unknown>;
  readonly #restore: readonly (() => void)[];
  #state: "idle" | "connecting" | "up" | "pausing" | "closed" = "idle";
  #timer: Timer | undefined;
  #hold: NodeJS.Timeout | undefined;
  #lastError: Error | undefined;
  #firstOutcome: (() => void)[] = [];

  constructor(cluster: NodeRedisCluster, owner: LinkOwner, clock: Clock) {
    this.#slots = cluster._slots;
    this.#owner = owner;
    this.#clock = clock;
    this.#connect = cluster._slots.connect;
    this.address = rootAddress(cluster);
    // Without a listener the client's report of a node that it cannot ask would end the process.
    const onError = (error: unknown) => {
      this.#lastError = error instanceof Error ? error : new Error(String(error));
    };
    cluster.prependListener("error", onError);
    this.#restore = [
      () => cluster.off("error", onError),
      hookGetter(cluster, "isOpen", () => this.open),
    ];
  }

  adopt(): void {
    if (!this.#slots.isOpen) return;
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
    // A map once read stays good enough to read the next by.
  }

  /** Begins to connect; settles with the outcome of the first attempt, which may be a failure. */
  start(): Promise<void> {
    const outcome = new Promise<void>((resolve) => this.#firstOutcome.push(resolve));
    this.#begin();
    return outcome;
  }

  /** The application closes the client: nothing is tried again until the next `start()`. */
  stop(): void {
    this.#state = "closed";
    this.#cancelPause();
    this.#settleFirstOutcome();
    this.#owner.closed();
  }

  release(): void {
    this.#cancelPause();
    this.#state = "closed";
    this.#settleFirstOutcome();
    for (const undo of this.#restore) undo();
  }

  #begin(): void {
    this.#state = "connecting";
    this.#owner.connecting();
    this.#connect.call(this.#slots).then(
      () => this.#connected(),
      (error: unknown) => this.#failed(error),
    );
  }

  #connected(): void {
    if (this.#state !== "connecting") return;
    this.#state = "up";
    this.#settleFirstOutcome();
    this.#owner.up();
  }

  #failed(error: unknown): void {
    if (this.#state !== "connecting") return;
    this.#state = "pausing";
    const cause = this.#lastError ?? (error instanceof Error ? error : new Error(String(error)));
    const pauseMs = this.#owner.down(cause);
    this.#settleFirstOutcome();
    // A client between two attempts keeps its process alive, so this must too.
    this.#hold = setInterval(() => {}, 2 ** 30);
    this.#timer = this.#clock.schedule(() => {
      this.#cancelPause();
      this.#begin();
    }, pauseMs);
  }

  #cancelPause(): void {
    clearInterval(this.#hold);
    this.#clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  #settleFirstOutcome(): void {
    for (const settle of this.#firstOutcome.splice(0)) settle();
  }
}
