import { channel } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { Clock, HoldfastError, Timer } from "../../core/index.ts";
import { hook, hookGetter } from "../hook.ts";
import type { ConnectionLoss, Link, LinkOwner } from "../link.ts";
import { connectionLoss } from "../link.ts";
import { signOfLife } from "../probe.ts";
import { WatchedConnection } from "../watched.ts";
import type { CommandsQueue, NodeRedisClient, RedisArguments, SocketOptions } from "./members.ts";
import { addressOf } from "./members.ts";

/** The client's own way of doing things, from before the hooks. */
interface RawMethods {
  readonly connect: () => Promise<unknown>;
  readonly destroy: () => void;
  readonly emit: (event: string, ...values: unknown[]) => boolean;
}

type LinkState = "idle" | "connecting" | "up" | "pausing" | "closed";

/**
 * Keeps one node-redis client connected. The client captures its reconnect strategy when it is made,
 * and by default backs off to 2 s and more, so the strategy cannot be tuned later. Instead every
 * failure destroys the client inside its 'error' event, which ends the client's own loop, and a paced
 * `connect()` begins anew. Subscriptions survive: the client keeps its listeners and subscribes again.
 */
export class NodeRedisLink implements Link {
  readonly address: string;
  readonly #client: NodeRedisClient;
  readonly #raw: RawMethods;
  readonly #owner: LinkOwner;
  readonly #clock: Clock;
  readonly #queue: CommandsQueue | undefined;
  /** What transactions rely on. */
  readonly #watched = new WatchedConnection();
  /** Counts the connections: the number of the present one. */
  #connections = 0;
  #state: LinkState = "idle";
  #bytes = 0;
  /** The promise of the client's last `connect()`; the next may begin only when it has settled. */
  #attempt: Promise<unknown> = Promise.resolve();
  /** The socket that connects at present, where Node.js lets it be seen (not for TLS). */
  #socket: Socket | undefined;
  /** The socket that is connected, likewise. */
  #standing: Socket | undefined;
  #timer: Timer;
  #tearing = false;
  #loss: ConnectionLoss | undefined;
  /** The client's own view, from before `isOpen` was overridden. */
  readonly #openBefore: boolean;
  readonly #restore: readonly (() => void)[];
  #firstOutcome: (() => void)[] = [];

  constructor(client: NodeRedisClient, owner: LinkOwner, clock: Clock) {
    this.#client = client;
    this.#owner = owner;
    this.#clock = clock;
    this.#raw = { connect: client.connect, destroy: client.destroy, emit: client.emit };
    this.address = addressOf(client);
    this.#openBefore = client.isOpen;
    this.#queue = client._getQueue?.();
    const listeners = {
      error: (error: unknown) => this.#onError(error),
      connect: () => {
        this.#standing = this.#socket;
        this.#socket = undefined;
      },
      ready: () => this.#onReady(),
    };
    // First in line: whoever hears of a connection after the guard may send commands at once.
    for (const [event, listener] of Object.entries(listeners))
      client.prependListener(event, listener);
    this.#restore = [
      hookGetter(client, "isOpen", () => this.open),
      hook(client, "emit", this.#filteredEmit()),
      this.#queue === undefined ? () => {} : this.#countBytes(this.#queue.decoder),
      () => {
        for (const [event, listener] of Object.entries(listeners)) client.off(event, listener);
      },
    ];
  }

  /** Something relies on a WATCH. */
  get watching(): boolean {
    return this.#watched.watching;
  }

  /** What the next transaction relies on may be gone already. */
  lose(): void {
    this.#watched.lose();
  }

  /** A command is about to be written. Whether it is an EXEC that must not run. */
  refuses(args: RedisArguments): boolean {
    return this.#watched.refuses(String(args[0]), this.#connections);
  }

  get ready(): boolean {
    return this.#state === "up" && this.#client.isReady;
  }

  get bytesRead(): number | undefined {
    if (this.#queue !== undefined) return this.#bytes;
    // Before 5.11 the queue is out of reach; the present socket serves, where Node.js shows it.
    return this.#standing?.bytesRead;
  }

  /** Whether the application opened the client and has not closed it: what its `isOpen` meant. */
  get open(): boolean {
    return this.#state !== "idle" && this.#state !== "closed";
  }

  /** What a command that the client rejects at a teardown was rejected for, seen from the guard. */
  lossOf(error: unknown): HoldfastError | undefined {
    const loss = this.#loss;
    if (loss === undefined) return undefined;
    if (error === loss.written) return loss.written;
    const isTeardown =
      error instanceof Error && error.constructor.name === "DisconnectsClientError";
    if (!isTeardown || this.#state === "closed") return undefined;
    // Without the queue at hand nobody can say which commands had been written.
    return this.#queue === undefined ? loss.written : loss.unsent;
  }

  wake(): void {
    // It never connects by itself.
  }

  ping(): Promise<unknown> {
    return this.ask(["PING"]);
  }

  /** Sends a command past the guard. */
  ask(args: readonly string[]): Promise<unknown> {
    const { sendCommand } = Object.getPrototypeOf(this.#client) as NodeRedisClient;
    return sendCommand.call(this.#client, args, { timeout: undefined });
  }

  /** The client was connecting before it was hooked, and that attempt ends with the promise. */
  follows(attempt: Promise<unknown>): void {
    this.#attempt = attempt;
  }

  probeApart(timeoutMs: number): Promise<void> {
    const socket: SocketOptions = this.#client.options?.socket ?? {};
    const { host, port, path } = socket;
    // As the client does, its socket's options are those of TLS as well.
    const tls = socket.tls === true ? (socket as ConnectionOptions) : undefined;
    return signOfLife({ host, port, path, tls }, timeoutMs);
  }

  /** Begins to connect; settles with the outcome of the first attempt, which may be a failure. */
  start(): Promise<void> {
    const outcome = new Promise<void>((resolve) => this.#firstOutcome.push(resolve));
    this.#loss = undefined;
    this.#begin();
    return outcome;
  }

  /** The application closes the client: nothing is tried again until the next `start()`. */
  stop(): void {
    const wasPausing = this.#state === "pausing";
    this.#state = "closed";
    this.#cancelPause();
    this.#socket?.destroy(new Error("the client was closed while it connected"));
    this.#settleFirstOutcome();
    this.#owner.closed();
    // The client itself has been torn down already, so it will not say that it ended.
    if (wasPausing) this.#raw.emit.call(this.#client, "end");
  }

  /** The client is on its own from now on, and connects in its own way if it is not connected. */
  release(): void {
    const wasPausing = this.#state === "pausing";
    this.#state = "closed";
    this.#cancelPause();
    this.#settleFirstOutcome();
    for (const undo of this.#restore) undo();
    if (wasPausing) this.#raw.connect.call(this.#client).catch(() => {});
  }

  drop(cause: Error): void {
    if (this.#state === "connecting" || this.#state === "up") this.#lost(cause);
  }

  /** Takes over a client that the application connected before it was guarded. */
  adopt(): void {
    if (!this.#openBefore) return;
    if (this.#client.isReady) {
      this.#state = "up";
      this.#owner.up();
    } else {
      this.#state = "connecting";
      this.#owner.connecting();
    }
  }

  #begin(): void {
    this.#state = "connecting";
    this.#owner.connecting();
    this.#captureSocket(() => {
      this.#attempt = this.#raw.connect.call(this.#client);
    });
    // Usually the 'error' event has been here first; a rejected option has no event.
    this.#attempt.catch((error: unknown) => {
      if (this.#state === "connecting") this.#lost(toError(error));
    });
  }

  #onReady(): void {
    if (this.#state !== "connecting") return;
    this.#state = "up";
    this.#connections++;
    this.#settleFirstOutcome();
    this.#owner.up();
  }

  #onError(error: unknown): void {
    // A ready client reports other things here as well, such as a failed interval ping.
    if (this.#client.isReady) return;
    if (this.#state === "connecting" || this.#state === "up") this.#lost(toError(error));
  }

  #lost(cause: Error): void {
    this.#loss = connectionLoss(cause);
    this.#state = "pausing";
    // Before the client rejects everything alike: afterwards nobody can tell what was written.
    this.#queue?.flushWaitingForReply(this.#loss.written);
    this.#tearing = true;
    try {
      this.#raw.destroy.call(this.#client);
    } catch {
      // Version 5 throws when it has closed itself already.
    } finally {
      this.#tearing = false;
    }
    // Only with an error does the client's wait for this socket end.
    this.#socket?.destroy(cause);
    this.#socket = undefined;
    const pauseMs = this.#owner.down(cause);
    this.#settleFirstOutcome();
    this.#pause(pauseMs);
  }

  #pause(ms: number): void {
    // A client between two attempts keeps its process alive, so this must too.
    const hold = setInterval(() => {}, 2 ** 30);
    const next = this.#clock.schedule(() => {
      // Two attempts at once would feed two sockets into one parser.
      void this.#attempt
        .catch(() => {})
        .then(() => {
          if (this.#timer !== pause) return;
          this.#cancelPause();
          this.#raw.emit.call(this.#client, "reconnecting");
          this.#begin();
        });
    }, ms);
    const pause = { hold, next };
    this.#timer = pause;
  }

  #cancelPause(): void {
    const pause = this.#timer as { hold: NodeJS.Timeout; next: Timer } | undefined;
    if (pause === undefined) return;
    clearInterval(pause.hold);
    this.#clock.cancel(pause.next);
    this.#timer = undefined;
  }

  #settleFirstOutcome(): void {
    for (const settle of this.#firstOutcome.splice(0)) settle();
  }

  #countBytes(decoder: CommandsQueue["decoder"]): () => void {
    const { write } = decoder;
    return hook(decoder, "write", (chunk: Buffer) => {
      this.#bytes += chunk.length;
      try {
        write.call(decoder, chunk);
      } catch (error) {
        // What follows on this connection cannot be told apart any more: a reply would go to the
        // wrong caller. The client would only reset its parser.
        queueMicrotask(() => this.drop(toError(error)));
        throw error;
      }
    });
  }

  /** An attempt's teardown is no end of the client, although the client says so. */
  #filteredEmit(): RawMethods["emit"] {
    const { emit } = this.#raw;
    const link = this;
    return function (this: NodeRedisClient, event, ...values) {
      return event === "end" && link.#tearing ? false : emit.call(this, event, ...values);
    };
  }

  #captureSocket(connect: () => void): void {
    const created = channel("net.client.socket");
    const listener = (message: unknown) => {
      this.#socket = (message as { socket: Socket }).socket;
    };
    created.subscribe(listener);
    try {
      connect();
    } finally {
      created.unsubscribe(listener);
    }
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
