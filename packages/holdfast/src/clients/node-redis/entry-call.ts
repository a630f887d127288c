import { isHoldfastError } from "../../core/index.ts";
import type { AdapterHost } from "../adapter.ts";
import type { CallOwner } from "../call.ts";
import { Call, chained } from "../call.ts";

/** Times that a call may be started anew because a node has left before it was written. */
const reroutesMax = 16;

/** The call whose synchronous part runs now: what it gives to a node's client belongs to it. */
let current: EntryCall | undefined;

export interface EntryDetails {
  readonly name: string;
  readonly args: readonly unknown[] | undefined;
  readonly size: number;
  /** Gives it to the client, which finds the node. */
  readonly run: (call: EntryCall) => Promise<unknown>;
  /** The application wants the client connected. */
  readonly isOpen: () => boolean;
}

/**
 * What the application asked of a client with several connections. The client finds one and gives the
 * command to it, where the connection's own guard decides about it as a call of its own: admission,
 * time-outs, retries. This one has the deadline, and waits while there is no connection to be found.
 */
export class EntryCall extends Call {
  readonly #owner: CallOwner;
  readonly #details: EntryDetails;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #released = true;
  #carried = 0;
  #reached = false;
  #carriedName: string | undefined;
  #reroutes = 0;
  #onReply: (() => void) | undefined;
  #onReleased: (() => void) | undefined;

  constructor(
    owner: CallOwner,
    details: EntryDetails,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    super();
    this.#owner = owner;
    this.#details = details;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Once it is known, that of what the client made of it. */
  get name(): string {
    return this.#carriedName ?? this.#details.name;
  }

  get args(): readonly unknown[] | undefined {
    return this.#details.args;
  }

  get argsFrom(): number {
    return 1;
  }

  override get size(): number {
    return this.#details.size;
  }

  get released(): boolean {
    return this.#released;
  }

  /** A connection's guard has it, and sees to its deadline. */
  override get placed(): boolean {
    return this.#carried > 0;
  }

  send(): void {
    if (this.settled) return;
    this.#released = false;
    this.within(() => this.#details.run(this)).then(
      (value) => {
        this.#release();
        this.#onReply?.();
        this.resolve(value);
      },
      (error: unknown) => {
        this.#release();
        if (this.#mayStartAnew(error)) this.#owner.enter(this);
        else this.#owner.failed(this, error);
      },
    );
  }

  override get reached(): boolean {
    return this.#reached;
  }

  /** Runs `give`, which hands commands to a connection's client before it first waits. */
  async carry<T>(give: () => Promise<T>): Promise<T> {
    this.#carried++;
    this.#reached = true;
    try {
      return await this.within(give);
    } finally {
      this.#carried--;
    }
  }

  /** A call that came of it reaches a connection's guard. */
  carries({ name }: Call): void {
    this.#carriedName = name;
  }

  within<T>(run: () => T): T {
    const before = current;
    current = this;
    try {
      return run();
    } finally {
      current = before;
    }
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

  /** Its connection left, and it was not written or may be written again. */
  #mayStartAnew(error: unknown): boolean {
    if (this.settled || !this.#details.isOpen() || !isClosed(error)) return false;
    return ++this.#reroutes <= reroutesMax;
  }

  #release(): void {
    this.#released = true;
    const onReleased = this.#onReleased;
    this.#onReleased = undefined;
    onReleased?.();
  }
}

/** The call that a command belongs to which reaches a connection's client now. */
export function currentEntry(): EntryCall | undefined {
  return current;
}

function isClosed(error: unknown): boolean {
  if (isHoldfastError(error)) return error.code === "HOLDFAST_CLOSED";
  if (!(error instanceof Error)) return false;
  const { name } = error.constructor;
  return name === "ClientClosedError" || name === "ClientOfflineError";
}

/** The host of one connection: what comes from an {@link EntryCall} has that one's deadline. */
export function nestedHost(host: AdapterHost): AdapterHost {
  return {
    clock: host.clock,
    connectMs: host.connectMs,
    submit: (call) => {
      if (current === undefined) {
        host.submit(call);
        return;
      }
      current.carries(call);
      call.nested = true;
      call.startedAt = host.clock.now();
      call.budgetEndsAt = current.budgetEndsAt;
      call.deadlineAt = current.deadlineAt;
      host.enter(call);
    },
    enter: (call) => host.enter(call),
    failed: (call, error) => host.failed(call, error),
    connecting: () => host.connecting(),
    up: () => host.up(),
    down: (cause) => host.down(cause),
    closed: () => host.closed(),
    adopt: (duplicate) => host.adopt(duplicate),
  };
}
