import type { HoldfastError } from "../../../core/index.ts";
import type { CallOwner } from "../../call.ts";
import { Call, chained } from "../../call.ts";
import { connectionLoss } from "../../link.ts";
import type { Callback, IoredisClient, IoredisCommand } from "../members.ts";
import type { ClusterPipeline, IoredisCluster } from "./members.ts";

/** One node's client, as a call on its way there sees it. */
export interface NodeSide {
  readonly owner: CallOwner;
  readonly client: IoredisClient;
  /** The client's own, from before the hooks. */
  readonly sendCommand: IoredisClient["sendCommand"];
  lossOf(error: unknown): HoldfastError | undefined;
}

/** The cluster, as a call that has no node sees it. */
export interface ClusterSide {
  readonly owner: CallOwner;
  readonly cluster: IoredisCluster;
  readonly sendCommand: IoredisCluster["sendCommand"];
  /** The application wants it connected. */
  readonly open: boolean;
  /** The node that a pipeline goes to. */
  nodeFor(pipeline: ClusterPipeline): NodeSide | undefined;
  /** The map may be out of date. */
  suspect(): void;
}

/** Times that a call may be handed on because its node has left. */
const reroutesMax = 16;

/** Answers that say that the map of the nodes is out of date, or soon will be. */
const outdated = /^(?:CLUSTERDOWN|READONLY|MASTERDOWN)\b/;

const callOf = Symbol("holdfast.routed");

type RoutedCommand = IoredisCommand & { [callOf]?: RoutedCall };

/** The call that a command arrived with. */
export function routedCall(command: IoredisCommand): RoutedCall | undefined {
  return (command as RoutedCommand)[callOf];
}

function rejectToGuard(this: RoutedCommand, error: unknown): void {
  this[callOf]?.failedWith(error);
}

/**
 * A command on its way through a cluster. The client routes it, and answers MOVED and ASK by sending it
 * on; every node's guard that it comes to decides about it. What else the client would repeat by itself
 * (a lost connection, CLUSTERDOWN) never reaches it: it does not ask whether the command had run.
 */
export class RoutedCall extends Call {
  readonly #cluster: ClusterSide;
  readonly #command: RoutedCommand;
  readonly #reject: (error: unknown) => void;
  /** The client's own: it sends the command on, or gives up. */
  #redirect: ((error: unknown) => void) | undefined;
  #node: NodeSide | undefined;
  #reroutes = 0;
  #failed = true;
  #onReleased: (() => void) | undefined;

  constructor(cluster: ClusterSide, command: IoredisCommand) {
    super();
    this.#cluster = cluster;
    this.#command = command;
    this.#reject = command.reject;
    this.#command[callOf] = this;
    command.reject = rejectToGuard;
  }

  get name(): string {
    return this.#command.name;
  }

  get args(): readonly unknown[] {
    return this.#command.args;
  }

  get argsFrom(): number {
    return 0;
  }

  get released(): boolean {
    return this.#failed || this.#command.isResolved === true;
  }

  override get placed(): boolean {
    return this.#node !== undefined;
  }

  /** The client has brought it to a node. One whose caller has given up goes no further. */
  arrive(node: NodeSide): void {
    const command = this.#command;
    if (command.reject !== rejectToGuard) {
      this.#redirect = command.reject;
      command.reject = rejectToGuard;
    }
    if (this.settled) return;
    this.#node = node;
    node.owner.enter(this);
  }

  send(): void {
    this.#failed = false;
    const command = this.#command;
    const node = this.#node;
    const result =
      node === undefined
        ? this.#cluster.sendCommand.call(this.#cluster.cluster, command)
        : node.sendCommand.call(node.client, command);
    // With a subscriber to its tracing channel the client returns a promise that nobody else sees.
    if (result !== command.promise) (result as Promise<unknown>).catch(() => {});
  }

  resolve(value: unknown): void {
    this.settled = true;
    this.#command.resolve(value);
  }

  reject(error: unknown): void {
    this.settled = true;
    this.#reject.call(this.#command, error);
  }

  onReply(listener: () => void): void {
    this.#command.promise.then(listener, () => {});
  }

  onReleased(listener: () => void): void {
    if (this.released) {
      listener();
      return;
    }
    // The promise tells of a reply only: after a failure here the command may go on elsewhere.
    this.#onReleased = chained(this.#onReleased, listener);
    const release = () => this.#release();
    this.#command.promise.then(release, release);
  }

  override redirected(error: unknown): boolean {
    if (this.#redirect === undefined || !isRedirection(error)) return false;
    this.#node = undefined;
    this.#redirect.call(this.#command, error);
    return true;
  }

  override rerouted(): boolean {
    if (this.settled || ++this.#reroutes > reroutesMax) return false;
    this.#node = undefined;
    this.#cluster.owner.enter(this);
    return true;
  }

  /** The client failed it. */
  failedWith(error: unknown): void {
    this.#failed = true;
    this.#release();
    const node = this.#node;
    if (node === undefined) {
      this.#cluster.owner.failed(this, error);
      return;
    }
    if (error instanceof Error && outdated.test(error.message)) this.#cluster.suspect();
    node.owner.failed(this, node.lossOf(error) ?? lossOfClosed(error) ?? error);
  }

  /** The client has no node for it after all. */
  returned(): void {
    this.#failed = true;
    if (!this.#cluster.open || !this.rerouted())
      this.#cluster.owner.failed(this, new Error("Connection is closed."));
  }

  #release(): void {
    const onReleased = this.#onReleased;
    this.#onReleased = undefined;
    onReleased?.();
  }
}

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
      for (const command of this.#pipeline._queue) command.reject(error);
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
    const result = this.#exec();
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

function isRedirection(error: unknown): boolean {
  return error instanceof Error && /^(?:MOVED|ASK) \d/.test(error.message);
}

/**
 * A node that leaves the cluster is disconnected, and the client rejects what it had written with the
 * words that it has for what it never wrote.
 */
function lossOfClosed(error: unknown): HoldfastError | undefined {
  if (!(error instanceof Error) || error.message !== "Connection is closed.") return undefined;
  return connectionLoss(error).written;
}
