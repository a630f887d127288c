import type { Socket } from "node:net";
import {
  type CommandArgument,
  encodeCommand,
  type PlainReply,
  ReplyError,
  ReplyParser,
  systemCodeOf,
  toPlain,
} from "../../testbed.ts";
import { DeadlineError, onDeadline } from "./deadline.ts";

/** A reply that is longer is not read to its end. */
const replyMaxBytes = 16 * 1024 * 1024;
const firstBytesMax = 16;

/** The connection ended, or what came on it was no RESP. */
export class LostError extends Error {
  override readonly name = "LostError";
  /** `ECONNRESET` and the like; undefined for an orderly end. */
  readonly code: string | undefined;

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.code = systemCodeOf(cause);
  }
}

interface Waiting {
  readonly resolve: (reply: PlainReply) => void;
  readonly reject: (error: unknown) => void;
  readonly stop: () => void;
}

/** One connection over a socket that stands already: one command after another, each in its time. */
export class Connection {
  readonly #socket: Socket;
  readonly #parser: ReplyParser = new ReplyParser({ replyMaxBytes });
  #waiting: Waiting | undefined;
  #failure: Error | undefined;
  #firstBytes: Buffer = Buffer.alloc(0);
  #onFailure: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.#fail(new LostError(error.message, error)));
    socket.on("end", () => this.#fail(new LostError("the server closed the connection")));
    socket.on("close", () => this.#fail(new LostError("the connection was closed")));
  }

  /** Why it takes no more commands; a {@link ReplyError} when the server said why. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** What came first, for whoever must tell what the other side speaks. */
  get firstBytes(): Buffer {
    return this.#firstBytes;
  }

  /** `address:port` of this end, as CLIENT LIST shows it when there is nothing between. */
  get localAddress(): string | undefined {
    const { localAddress, localPort } = this.#socket;
    return localAddress === undefined ? undefined : `${localAddress}:${localPort}`;
  }

  /**
   * Waits whether the server says something unasked, as it does before it closes: DENIED, or that
   * its maximum of clients is reached. A command sent meanwhile could turn that into a bare reset.
   */
  async listen(ms: number): Promise<void> {
    if (this.#failure !== undefined) return;
    await new Promise<void>((resolve) => {
      const stop = onDeadline(ms, resolve);
      this.#onFailure = () => {
        stop();
        resolve();
      };
    });
    this.#onFailure = () => undefined;
  }

  /**
   * @throws ReplyError for an error reply; {@link DeadlineError}, after which the connection is
   * closed; {@link LostError}; the signal's reason.
   */
  command(
    timeoutMs: number,
    signal: AbortSignal,
    ...args: readonly CommandArgument[]
  ): Promise<PlainReply> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#waiting !== undefined) throw new Error("one command at a time");
    return new Promise((resolve, reject) => {
      const cancel = onDeadline(timeoutMs, () =>
        this.#fail(new DeadlineError(`${args[0]}: no reply in ${timeoutMs} ms`)),
      );
      const abort = (): void => this.#fail(toError(signal.reason));
      signal.addEventListener("abort", abort, { once: true });
      const stop = (): void => {
        cancel();
        signal.removeEventListener("abort", abort);
      };
      this.#waiting = { resolve, reject, stop };
      this.#socket.write(encodeCommand(args));
    });
  }

  close(): void {
    this.#fail(new LostError("closed"));
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#firstBytes.length < firstBytesMax) {
      this.#firstBytes = Buffer.concat([this.#firstBytes, chunk]).subarray(0, firstBytesMax);
    }
    try {
      for (const reply of this.#parser.push(chunk)) {
        if (reply.type !== "push") this.#settle(toPlain(reply));
      }
    } catch (error) {
      this.#fail(new LostError(`what came is no RESP: ${toError(error).message}`));
    }
  }

  #settle(reply: PlainReply): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.stop();
    if (!(reply instanceof ReplyError)) waiting?.resolve(reply);
    else if (waiting === undefined) this.#fail(reply);
    else waiting.reject(reply);
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.stop();
    waiting?.reject(error);
    this.#onFailure();
    this.#socket.destroy();
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
