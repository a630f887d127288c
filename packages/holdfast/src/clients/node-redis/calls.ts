import type { CallOwner } from "../call.ts";
import { Call, chained, spelled } from "../call.ts";
import type { NodeRedisLink } from "./link.ts";
import type { CommandOptions, NodeRedisClient, RedisArguments } from "./members.ts";

/** Where a call's results go and who decides about it. */
export interface CallContext {
  readonly owner: CallOwner;
  readonly link: NodeRedisLink;
}

/** What all calls of node-redis share: the client's promise on one side, the application's on the other. */
abstract class PromisedCall extends Call {
  readonly #context: CallContext;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #released = true;
  #onReply: (() => void) | undefined;
  #onReleased: (() => void) | undefined;

  constructor(
    context: CallContext,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    super();
    this.#context = context;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get released(): boolean {
    return this.#released;
  }

  send(): void {
    this.#released = false;
    this.#dispatched().then(
      (value) => {
        this.#release();
        this.#onReply?.();
        // A late reply to an earlier attempt is as good as one to the last.
        this.settled = true;
        this.#resolve(value);
      },
      (error: unknown) => {
        this.#release();
        const { owner, link } = this.#context;
        owner.failed(this, link.lossOf(error) ?? error);
      },
    );
  }

  resolve(value: unknown): void {
    this.settled = true;
    this.#resolve(value);
  }

  reject(error: unknown): void {
    this.settled = true;
    this.#reject(error);
  }

  onReply(listener: () => void): void {
    this.#onReply = chained(this.#onReply, listener);
  }

  onReleased(listener: () => void): void {
    if (this.#released) listener();
    else this.#onReleased = chained(this.#onReleased, listener);
  }

  #dispatched(): Promise<unknown> {
    try {
      return this.dispatch();
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  protected abstract dispatch(): Promise<unknown>;

  #release(): void {
    this.#released = true;
    const onReleased = this.#onReleased;
    this.#onReleased = undefined;
    onReleased?.();
  }
}

/** A command, typed or raw, of a script, a module or a scan. */
export class CommandCall extends PromisedCall {
  readonly args: RedisArguments;
  readonly #link: NodeRedisLink;
  readonly #raw: NodeRedisClient["sendCommand"];
  readonly #view: NodeRedisClient;
  readonly #options: CommandOptions | undefined;

  constructor(
    context: CallContext,
    raw: NodeRedisClient["sendCommand"],
    view: NodeRedisClient,
    args: RedisArguments,
    options: CommandOptions | undefined,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    super(context, resolve, reject);
    this.#link = context.link;
    this.#raw = raw;
    this.#view = view;
    this.args = args;
    this.#options = options;
  }

  get name(): string {
    return spelled(this.args?.[0]);
  }

  get argsFrom(): number {
    return 1;
  }

  protected dispatch(): Promise<unknown> {
    if (this.#link.refuses(this.args)) {
      // As the server answers when a watched key has changed.
      return this.#raw.call(this.#view, ["DISCARD"], this.#options).then(() => null);
    }
    return this.#raw.call(this.#view, this.args, this.#options);
  }
}

/** Whatever reaches the client by a method of its own. */
export interface MethodDetails {
  readonly name: string;
  /** Commands in it. */
  readonly size: number;
  readonly run: () => Promise<unknown>;
  readonly repeatable: boolean;
  readonly idempotent: boolean;
}

/** A transaction, a pipeline or a subscription. */
export class MethodCall extends PromisedCall {
  readonly #details: MethodDetails;

  constructor(
    context: CallContext,
    details: MethodDetails,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    super(context, resolve, reject);
    this.#details = details;
  }

  get name(): string {
    return this.#details.name;
  }

  override get size(): number {
    return this.#details.size;
  }

  override get repeatable(): boolean {
    return this.#details.repeatable;
  }

  get args(): undefined {
    return undefined;
  }

  get argsFrom(): number {
    return 0;
  }

  override get idempotent(): boolean {
    return this.#details.idempotent;
  }

  protected dispatch(): Promise<unknown> {
    return this.#details.run();
  }
}
