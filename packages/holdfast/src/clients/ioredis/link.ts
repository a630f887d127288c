import type { Clock, HoldfastError } from "../../core/index.ts";
import { isHoldfastError } from "../../core/index.ts";
import type { ConnectionLoss, Link, LinkOwner } from "../link.ts";
import { connectionLoss } from "../link.ts";
import { signOfLife } from "../probe.ts";
import { WatchedConnection } from "../watched.ts";
import { GatheredWrites } from "./gathered-writes.ts";
import type { IoredisClient, IoredisCommand, IoredisOptions } from "./members.ts";
import { addressOf } from "./members.ts";
import type { Sentinels } from "./sentinel.ts";

/**
 * Longest pause between two looks at whether a loading server has loaded, in milliseconds. The client
 * asks the server for an estimate, and that is never below 1 s.
 */
const loadingRetryMs = 250;

/**
 * Keeps one ioredis client connected. The client reads `options.retryStrategy` anew at every loss and
 * calls it synchronously, which makes it the one place where the guard can pace the next attempt and
 * empty the client's queues, so that nothing is sent twice or late.
 */
export class IoredisLink implements Link {
  /** What transactions rely on. */
  readonly watched: WatchedConnection = new WatchedConnection();
  readonly writes: GatheredWrites = new GatheredWrites();
  readonly #sentinels: Sentinels | undefined;
  readonly #client: IoredisClient;
  readonly #sendCommand: IoredisClient["sendCommand"];
  readonly #owner: LinkOwner;
  /** Bytes of the sockets before the present one. */
  #bytesBefore = 0;
  #stream: IoredisClient["stream"];
  readonly #removeListeners: () => void;
  #up = false;
  /** Why the connection is about to go, when that is known. */
  #cause: Error | undefined;
  /** What the server answered to the handshake, which tells more than that the socket broke. */
  #refusal: Error | undefined;
  #loss: ConnectionLoss | undefined;
  /** There was a connection, ready or not; only a socket that stood can be lost. */
  #stood = false;

  constructor(client: IoredisClient, owner: LinkOwner, sentinels?: Sentinels) {
    this.#client = client;
    this.#owner = owner;
    this.#sendCommand = client.sendCommand;
    this.#sentinels = sentinels;
    const listeners = {
      error: (error: unknown) => this.#onError(error),
      connecting: () => this.#onConnecting(),
      connect: () => this.#onConnect(),
      ready: () => this.#onReady(),
      end: () => this.#onEnd(),
    };
    for (const [event, listener] of Object.entries(listeners))
      client.prependListener(event, listener);
    this.#removeListeners = () => {
      for (const [event, listener] of Object.entries(listeners)) client.off(event, listener);
    };
  }

  adopt(): void {
    const { status } = this.#client;
    if (status === "ready" || status === "connect") this.#onConnect();
    if (status === "ready") this.#onReady();
    else if (status !== "wait" && status !== "end") this.#owner.connecting();
  }

  get address(): string {
    return this.#sentinels?.address ?? addressOf(this.#client);
  }

  get open(): boolean {
    return this.#client.status !== "end";
  }

  get ready(): boolean {
    return this.#up && this.#client.status === "ready" && this.#client.stream?.writable === true;
  }

  get bytesRead(): number {
    const stream = this.#client.stream;
    if (stream !== this.#stream) {
      this.#bytesBefore += this.#stream?.bytesRead ?? 0;
      this.#stream = stream;
    }
    return this.#bytesBefore + (stream?.bytesRead ?? 0);
  }

  /**
   * Whether the client itself sends this command, to set up a connection or to restore it: that must
   * pass, whatever the guard thinks of the connection.
   */
  passes(command: IoredisCommand): boolean {
    const { status } = this.#client;
    if (status === "ready") return !this.#up;
    if (status === "end") return true;
    return isHandshake(this.#client, command);
  }

  /** A command of the client's own that sets up the connection: its error says why there is none. */
  watchHandshake(command: IoredisCommand): void {
    if (!isHandshake(this.#client, command)) return;
    command.promise.catch((error: unknown) => {
      // Older servers do not know all of them, and the client goes on.
      const isOld = isReply(error) && error.message.startsWith("ERR unknown");
      if (isReply(error) && !isOld) this.#refusal ??= error;
    });
  }

  lossOf(error: unknown): HoldfastError | undefined {
    const loss = this.#loss;
    if (loss === undefined) return undefined;
    if (error === loss.written) return loss.written;
    return error === loss.unsent ? loss.unsent : undefined;
  }

  wake(): void {
    if (this.#client.status === "wait") this.#client.connect().catch(() => {});
  }

  ping(): Promise<unknown> {
    // `call` hands the command to `this.sendCommand`: on this stand-in, to the client's own.
    const caller = {
      options: {},
      sendCommand: (command: IoredisCommand) => this.#sendCommand.call(this.#client, command),
    };
    // In lower case, or it counts as no command that a subscriber may send.
    return this.#client.call.call(caller as never, "ping");
  }

  probeApart(timeoutMs: number): Promise<void> {
    const { tls, ...own } = this.#client.options;
    const { host, port, path } = this.#sentinels?.endpoint ?? own;
    return signOfLife({ host, port, path, tls: tls === true ? {} : tls }, timeoutMs);
  }

  /**
   * The application quits, whatever the guard thinks of the server. Without a connection, and when
   * the server has not let go of it in `withinMs`, the client is ended at once.
   */
  quit(command: IoredisCommand, clock: Clock, withinMs: number): void {
    const end = () => {
      command.resolve(Buffer.from("OK"));
      this.#client.disconnect();
      this.#client.stream?.destroy();
    };
    if (!this.ready) {
      end();
      return;
    }
    // However the connection goes once it was asked to: the client is ended as it was told.
    command.reject = end;
    const timer = clock.schedule(end, withinMs);
    const settled = () => clock.cancel(timer);
    command.promise.then(settled, settled);
    this.#sendCommand.call(this.#client, command);
  }

  /** The client is on its own from now on. */
  release(): void {
    this.#removeListeners();
  }

  drop(cause: Error): void {
    this.#cause = cause;
    // `disconnect()` would wait 2 s for the other side to close, and a silent one never does.
    this.#client.stream?.destroy();
  }

  /** What the client calls as its retry strategy. */
  retryStrategy(): number {
    const cause = this.#lose();
    this.#cause = undefined;
    this.#refusal = undefined;
    return this.#owner.down(cause);
  }

  /**
   * Empties the client's queues. The first time is before the client hears that its socket has
   * closed: it would reject the rest of a batch without a word about the loss.
   */
  #lose(): Error {
    this.#up = false;
    const known = isReply(this.#cause) ? this.#cause : (this.#refusal ?? this.#cause);
    const cause = known ?? (this.#stood ? closedByPeer() : new Error("no connection"));
    this.#cause = cause;
    this.#loss = connectionLoss(cause);
    this.#client.flushQueue(this.#loss.written, { offlineQueue: false });
    this.#client.flushQueue(this.#loss.unsent, { commandQueue: false });
    return cause;
  }

  #onConnecting(): void {
    this.#stood = false;
    // Sentinels are asked first, which has a time of its own.
    if (this.#sentinels === undefined) this.#owner.connecting();
  }

  #onConnect(): void {
    const { stream } = this.#client;
    this.#stood = true;
    // A peer that is gone is found even where a blocking command leaves nothing to be asked.
    stream?.setKeepAlive?.(true, this.#client.options.keepAlive || keepAliveMs);
    stream?.prependListener("close", () => {
      if (stream === this.#client.stream && this.#client.manuallyClosing !== true) this.#lose();
    });
  }

  #onError(error: unknown): void {
    // What the guard itself refused is no reason why the connection goes.
    if (isHoldfastError(error)) return;
    this.#cause ??= error instanceof Error ? error : new Error(String(error));
  }

  #onReady(): void {
    this.#cause = undefined;
    this.#refusal = undefined;
    this.#up = true;
    this.#sentinels?.connected();
    this.#owner.up();
  }

  #onEnd(): void {
    this.#up = false;
    this.#owner.closed();
  }
}

/** Of a socket that says nothing: first probe of TCP after this, in milliseconds. */
const keepAliveMs = 5_000;

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError";
}

function closedByPeer(): Error {
  const message = "the server closed the connection";
  return Object.assign(new Error(message), { code: "ECONNRESET", syscall: "read" });
}

const handshakeCommands: ReadonlySet<string> = new Set([
  "auth",
  "hello",
  "select",
  "client",
  "readonly",
  "info",
]);

/** Whether the client sends it to set up a connection. */
export function isHandshake(client: IoredisClient, command: IoredisCommand): boolean {
  return client.status === "connect" && handshakeCommands.has(command.name.toLowerCase());
}

/** The options that would defeat the guard, with what they were before. */
export interface TakenOptions {
  readonly originals: Pick<
    IoredisOptions,
    "retryStrategy" | "maxLoadingRetryTime" | "reconnectOnError"
  >;
  readonly restore: () => void;
}

export function takeOverOptions(client: IoredisClient, link: IoredisLink): TakenOptions {
  const { options } = client;
  const { retryStrategy = null, maxLoadingRetryTime = loadingRetryMs } = options;
  const { reconnectOnError = null } = options;
  options.retryStrategy = function (this: unknown, times) {
    // Options are copied into other clients, and those reconnect on their own.
    if (this === options) return link.retryStrategy();
    return retryStrategy?.call(this as never, times);
  };
  options.maxLoadingRetryTime = Math.min(maxLoadingRetryTime, loadingRetryMs);
  if (typeof reconnectOnError === "function") {
    options.reconnectOnError = function (this: unknown, error) {
      const answer = reconnectOnError.call(this as never, error);
      // 2 sends the command once more, as only the guard may; 1 reconnects, and rejects it to the guard.
      return this === options && answer === 2 ? 1 : answer;
    };
  }
  const originals = { retryStrategy, maxLoadingRetryTime, reconnectOnError };
  return { originals, restore: () => Object.assign(options, originals) };
}
