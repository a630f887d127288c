import type { HoldfastError } from "../../../core/index.ts";
import { Call, chained, spelled } from "../../call.ts";
import { connectionLoss } from "../../link.ts";
import type { IoredisCommand } from "../members.ts";
import { keepCondition } from "../watch.ts";
import type { ClusterSide, NodeSide } from "./sides.ts";

/** Times that a call may be handed on because its node has left. */
export const reroutesMax = 16;

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
    return spelled(this.#command.name);
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
    let result: unknown;
    try {
      if (node !== undefined) keepCondition(node.watched, command, node.client.stream);
      result =
        node === undefined
          ? this.#cluster.sendCommand.call(this.#cluster.cluster, command)
          : node.sendCommand.call(node.client, command);
    } catch (error) {
      this.#failed = true;
      this.#release();
      throw error;
    }
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
