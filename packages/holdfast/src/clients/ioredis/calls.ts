import type { CallOwner } from "../call.ts";
import { Call, chained, spelled } from "../call.ts";
import type { IoredisLink } from "./link.ts";
import type { Callback, IoredisClient, IoredisCommand, IoredisPipeline } from "./members.ts";
import { keepCondition } from "./watch.ts";

export interface CallContext {
  readonly owner: CallOwner;
  readonly link: IoredisLink;
  readonly client: IoredisClient;
  readonly sendCommand: IoredisClient["sendCommand"];
}

const callOf = Symbol("holdfast.call");

type OwnedCommand = IoredisCommand & { [callOf]?: CommandCall };

/**
 * Whether it can be sent at all. One with an argument that has no text rejects its promise while it is
 * made, before it has a way to be settled; the client throws at its attempt to write it.
 */
export function isMade(command: IoredisCommand): boolean {
  return typeof command.reject === "function";
}

/**
 * In place of the command's own `reject`: one function for all commands, so that a command costs no
 * closure. Until the guard gives up, the application's promise stays open and the same command object
 * can be written again.
 */
function rejectToGuard(this: OwnedCommand, error: unknown): void {
  this[callOf]?.failedWith(error);
}

/** A command. The client settles the application's promise itself; only a rejection is intercepted. */
export class CommandCall extends Call {
  readonly #context: CallContext;
  readonly #command: OwnedCommand;
  readonly #reject: (error: unknown) => void;
  #failed = true;

  constructor(context: CallContext, command: IoredisCommand) {
    super();
    this.#context = context;
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

  send(): void {
    this.#failed = false;
    const command = this.#command;
    const { link, client } = this.#context;
    const { stream } = client;
    let result: unknown;
    try {
      keepCondition(link.watched, command, stream);
      link.writes.gather(stream, client.commandQueue?.length ?? 0);
      result = this.#context.sendCommand.call(client, command);
    } catch (error) {
      this.#failed = true;
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
    if (this.released) listener();
    else this.#command.promise.then(listener, listener);
  }

  failedWith(error: unknown): void {
    this.#failed = true;
    const { owner, link } = this.#context;
    owner.failed(this, link.lossOf(error) ?? error);
  }
}

/**
 * A pipeline or transaction, decided upon whole: rejecting a part of one would shift the replies of
 * the rest. Each of its commands settles by itself, so it is written once.
 */
export class BatchCall extends Call {
  readonly name: string;
  readonly #pipeline: IoredisPipeline;
  readonly #size: number;
  readonly #exec: () => Promise<unknown>;
  readonly #settle: Callback;
  #released = true;
  #onReleased: (() => void) | undefined;

  /** @param settle - Gives the application its result. */
  constructor(
    name: string,
    pipeline: IoredisPipeline,
    exec: () => Promise<unknown>,
    settle: Callback,
  ) {
    super();
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

  send(): void {
    this.#released = false;
    const done = (error: unknown, result?: unknown) => {
      this.#released = true;
      this.settled = true;
      this.#settle(error, result);
      this.#onReleased?.();
    };
    try {
      this.#exec().then((result) => done(undefined, result), done);
    } catch (error) {
      this.#released = true;
      throw error;
    }
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
}
