import { Call, chained } from "../../call.ts";
import { isMade } from "../calls.ts";
import type { Callback } from "../members.ts";
import { reroutesMax } from "./calls.ts";
import type { ClusterPipeline } from "./members.ts";
import type { ClusterSide, NodeSide } from "./sides.ts";

/** A pipeline or transaction: all of it goes to one node, and is decided upon whole. */
export class RoutedBatch extends Call {
  readonly name: string;
  readonly #cluster: ClusterSide;
  readonly #pipeline: ClusterPipeline;
  readonly #size: number;
  readonly #exec: () => Promise<unknown>;
  readonly #settle: Callback;
  #node: NodeSide | undefined;
  #reroutes = 0;
  #released = true;
  #written = false;
  #onReleased: (() => void) | undefined;

  /** @param settle - Gives the application its result. */
  constructor(
    cluster: ClusterSide,
    name: string,
    pipeline: ClusterPipeline,
    exec: () => Promise<unknown>,
    settle: Callback,
  ) {
    super();
    this.#cluster = cluster;
    this.name = name;
    this.#pipeline = pipeline;
    this.#size = pipeline.length;
    this.#exec = exec;
    this.#settle = settle;
  }

  override get size(): number {
    return this.#size;
  }

  override get repeatable(): boolean {
    return this.attempts === 0;
  }

  override get idempotent(): boolean {
    return false;
  }

  get args(): undefined {
    return undefined;
  }

  get argsFrom(): number {
    return 0;
  }

  get released(): boolean {
    return this.#released;
  }

  override get placed(): boolean {
    return this.#node !== undefined;
  }

  send(): void {
    if (this.settled) return;
    if (this.#node !== undefined) {
      this.#write();
      return;
    }
    const node = this.#cluster.nodeFor(this.#pipeline);
    if (node === undefined) {
      // The client says why: no node, or keys of several slots.
      this.#write();
      return;
    }
    this.#node = node;
    node.owner.enter(this);
  }

  /** A node named another one, and the client would now send the whole of it there. */
  redirect(): void {
    this.#release();
    this.#node = undefined;
    if (!this.settled) this.send();
  }

  resolve(value: unknown): void {
    this.settled = true;
    this.#settle(undefined, value);
  }

  reject(error: unknown): void {
    this.settled = true;
    // Each command may have a callback of its own, which only the client would call.
    if (this.attempts === 0) {
      for (const command of this.#pipeline._queue) if (isMade(command)) command.reject(error);
    }
    this.#settle(error);
  }

  onReply(listener: () => void): void {
    this.#pipeline.promise.then(listener, () => {});
  }

  onReleased(listener: () => void): void {
    if (this.#released) listener();
    else this.#onReleased = chained(this.#onReleased, listener);
  }

  override rerouted(): boolean {
    if (this.settled || ++this.#reroutes > reroutesMax) return false;
    this.#node = undefined;
    this.#cluster.owner.enter(this);
    return true;
  }

  #write(): void {
    this.#released = false;
    let result: Promise<unknown>;
    try {
      result = this.#exec();
    } catch (error) {
      this.#release();
      throw error;
    }
    if (this.#written) {
      // Redirected: the first result is still the one, and only that is in the right form.
      result.catch(() => {});
      return;
    }
    this.#written = true;
    const done = (error: unknown, result?: unknown) => {
      this.#release();
      this.settled = true;
      this.#settle(error, result);
    };
    result.then((value) => done(undefined, value), done);
  }

  #release(): void {
    this.#released = true;
    const onReleased = this.#onReleased;
    this.#onReleased = undefined;
    onReleased?.();
  }
}
