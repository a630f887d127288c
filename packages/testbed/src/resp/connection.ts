import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions as TlsOptions } from "node:tls";
import { ConnectionLostError, TestbedError } from "../errors.ts";
import { requireInteger, requireNumber } from "../options.ts";
import { waitPatiently } from "../patience.ts";
import { type CommandArgument, encodeCommand } from "./encoder.ts";
import { ReplyParser } from "./parser.ts";
import { type PlainReply, toPlain } from "./value.ts";

/** Default of {@link RespConnectionOptions.timeoutMs}. */
export const COMMAND_TIMEOUT_MS = 2_000;
/** Commands that may wait for their replies at the same time. */
export const WAITING_MAX = 10_000;

export interface RespConnectionOptions {
  readonly port: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** For the connection and for each command, in milliseconds. Default 2000. */
  readonly timeoutMs?: number;
  /** Without it, `AUTH` names the default user. */
  readonly username?: string;
  readonly password?: string;
  /** Speaks TLS with these options; an empty object takes Node's defaults. */
  readonly tls?: TlsOptions;
}

interface Waiting {
  readonly resolve: (reply: PlainReply) => void;
  readonly reject: (error: Error) => void;
  readonly stopWaiting: () => void;
}

/** One plain connection to Redis, independent of every client library: what the probes use. */
export class RespConnection {
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #parser: ReplyParser = new ReplyParser();
  readonly #waiting: Waiting[] = [];
  readonly #closed: Promise<void>;
  #failure: Error | undefined;

  private constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) =>
      this.#fail(new ConnectionLostError(error, this.#parser.midReply)),
    );
    socket.on("end", () => this.#fail(new ConnectionLostError(undefined, this.#parser.midReply)));
    this.#closed = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  /**
   * Connects, and authenticates when a password is given.
   *
   * @throws The system's own error (`ECONNREFUSED`, `ECONNRESET`); TestbedError `TIMEOUT`;
   * ReplyError when the password is refused.
   */
  static async connect(options: RespConnectionOptions): Promise<RespConnection> {
    const timeoutMs = options.timeoutMs ?? COMMAND_TIMEOUT_MS;
    requireInteger("port", options.port, 1, 65_535);
    requireNumber("timeoutMs", timeoutMs, 1, 3_600_000);
    const connection = new RespConnection(await dial(options, timeoutMs), timeoutMs);
    if (options.password === undefined) return connection;
    try {
      const user = options.username === undefined ? [] : [options.username];
      await connection.command("AUTH", ...user, options.password);
    } catch (error) {
      connection.destroy();
      throw error;
    }
    return connection;
  }

  /** Whether the connection can still take commands. */
  get open(): boolean {
    return this.#failure === undefined;
  }

  /**
   * Sends a command and waits for its reply; commands may be sent without waiting for earlier ones.
   *
   * @throws ReplyError for an error reply; ConnectionLostError; TestbedError `TIMEOUT`, after which
   * the connection is closed, because a reply that still came would be taken for the next one's.
   */
  command(...args: readonly CommandArgument[]): Promise<PlainReply> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.reject(new TestbedError("LIMIT", `${WAITING_MAX} commands wait already`));
    }
    return new Promise((resolve, reject) => {
      const stopWaiting = waitPatiently(this.#timeoutMs, () => {
        this.#fail(new TestbedError("TIMEOUT", `no reply in ${this.#timeoutMs} ms`));
      });
      this.#waiting.push({ resolve, reject, stopWaiting });
      this.#socket.write(encodeCommand(args));
    });
  }

  /** Ends the connection in order. Commands that still wait are rejected. */
  async close(): Promise<void> {
    this.#fail(new TestbedError("CLOSED", "the connection was closed"));
    await this.#closed;
  }

  /** Drops the connection at once. */
  destroy(): void {
    this.#fail(new TestbedError("CLOSED", "the connection was closed"));
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    try {
      for (const reply of this.#parser.push(chunk)) {
        // A push answers no command.
        if (reply.type !== "push") this.#settle(toPlain(reply));
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #settle(reply: PlainReply): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      throw new TestbedError("PROTOCOL", "a reply came that no command waits for");
    }
    waiting.stopWaiting();
    if (reply instanceof Error) waiting.reject(reply);
    else waiting.resolve(reply);
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const waiting of this.#waiting.splice(0)) {
      waiting.stopWaiting();
      waiting.reject(error);
    }
    this.#socket.destroySoon();
  }
}

function dial(options: RespConnectionOptions, timeoutMs: number): Promise<Socket> {
  const where = { host: options.host ?? "127.0.0.1", port: options.port };
  const socket = options.tls
    ? connectTls({ ...where, ...options.tls })
    : connectTcp({ ...where, noDelay: true });
  return new Promise((resolve, reject) => {
    const stopWaiting = waitPatiently(timeoutMs, () => {
      socket.destroy();
      reject(new TestbedError("TIMEOUT", `not connected in ${timeoutMs} ms`));
    });
    socket.once(options.tls ? "secureConnect" : "connect", () => {
      stopWaiting();
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", (error) => {
      stopWaiting();
      reject(error);
    });
  });
}
