import type { AdapterHost, Link } from "../../src/clients/index.ts";
import { Call } from "../../src/clients/index.ts";

/** A connection that a test holds in its hands. */
export class FakeLink implements Link {
  readonly address = "redis:6379";
  open = true;
  ready = true;
  bytesRead: number | undefined = 0;
  woken = 0;
  readonly dropped: Error[] = [];
  /** PINGs that have no answer yet. */
  readonly pings: { resolve(): void; reject(error: unknown): void }[] = [];

  /** Questions on a connection of their own. */
  probes = 0;
  /** Whether the server answers those. */
  alive = true;

  adopt(): void {}

  wake(): void {
    this.woken++;
  }

  ping(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.pings.push({ resolve: () => resolve("PONG"), reject });
    });
  }

  probeApart(): Promise<unknown> {
    this.probes++;
    return this.alive ? Promise.resolve() : new Promise(() => {});
  }

  drop(cause: Error): void {
    this.dropped.push(cause);
  }
}

/** A command whose reply a test gives. */
export class FakeCall extends Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly argsFrom = 0;
  released = true;
  sends = 0;
  /** What the application got: `{ value }` or `{ error }`. */
  result: { readonly value?: unknown; readonly error?: unknown } | undefined;
  #onReply: () => void = () => {};
  #onReleased: (() => void)[] = [];

  constructor(name = "GET", ...args: readonly unknown[]) {
    super();
    this.name = name;
    this.args = args;
  }

  send(): void {
    this.sends++;
    this.released = false;
  }

  resolve(value: unknown): void {
    this.settled = true;
    this.result ??= { value };
  }

  reject(error: unknown): void {
    this.settled = true;
    this.result ??= { error };
  }

  onReply(listener: () => void): void {
    this.#onReply = listener;
  }

  onReleased(listener: () => void): void {
    if (this.released) listener();
    else this.#onReleased.push(listener);
  }

  /** The reply comes. */
  reply(value: unknown = "v"): void {
    this.#release();
    this.#onReply();
    this.settled = true;
    this.result ??= { value };
  }

  /** The client fails it. */
  fail(host: Pick<AdapterHost, "failed">, error: unknown): void {
    this.#release();
    host.failed(this, error);
  }

  #release(): void {
    this.released = true;
    for (const listener of this.#onReleased.splice(0)) listener();
  }
}

/** A command whose client throws when it is to write it. */
export class UnwritableCall extends FakeCall {
  readonly #error: unknown;

  constructor(error: unknown) {
    super();
    this.#error = error;
  }

  override send(): void {
    this.sends++;
    throw this.#error;
  }
}
