import { connect, type Socket } from "node:net";
import type { ReplyEffect, ReplyEffectFactory, ReplySink } from "./reply-effect.ts";
import { ReplyStream } from "./reply-stream.ts";
import { resetSocket } from "./reset-socket.ts";

/** Above this the proxy stops reading from the server until the client, or the fault, takes some. */
export const HELD_MAX_BYTES = 1_048_576;

// libuv tells its reader of an orderly end, and not of a reset, when bytes and the RST behind them are
// found in one poll. The client gets this long to read the bytes first.
const RESET_DELAY_MS = 3;

/** What the proxy counts; one object, shared by all links of a proxy. */
export interface Counters {
  bytesUp: number;
  bytesDown: number;
  replies: number;
  upstreamFailures: number;
  resets: number;
}

export interface LinkOptions {
  readonly client: Socket;
  readonly upstream: { readonly host: string; readonly port: number };
  readonly counters: Counters;
  readonly onClose: () => void;
}

/**
 * One client's connection and the one to the server that belongs to it. What one side does, the
 * other side sees: bytes in order, FIN as FIN (each half for itself), RST as RST, a refused
 * connection as a reset one, a full buffer as a full buffer.
 */
export class Link {
  readonly #client: Socket;
  readonly #upstream: LinkOptions["upstream"];
  readonly #counters: Counters;
  readonly #onClose: () => void;
  readonly #stream: ReplyStream = new ReplyStream();
  readonly #sink: ReplySink;
  #server: Socket | undefined;
  #effect: ReplyEffect | undefined;
  #held = false;
  #brokenWhileHeld = false;
  /** The FINs that came while held, at most one of each side: Node tells of them even when paused. */
  #endsWhileHeld: (() => void)[] = [];
  #resetting = false;
  #openSockets = 1;
  #framed = 0;

  constructor(options: LinkOptions) {
    this.#client = options.client;
    this.#upstream = options.upstream;
    this.#counters = options.counters;
    this.#onClose = options.onClose;
    this.#sink = {
      write: (bytes) => {
        this.#writeToClient(bytes);
        this.#regulateServer();
      },
      finish: () => this.#client.end(),
      reset: () => this.#resetAfterWrites(),
    };
    this.#client.on("error", () => this.#onBroken());
    this.#client.on("close", () => this.#onSocketClose());
    this.#client.on("data", (chunk: Buffer) => this.#sendUp(chunk));
    this.#client.on("end", () => this.#unlessHeld(() => this.#server?.end()));
    this.#client.on("drain", () => this.#regulateServer());
  }

  /** Connects to the server and lets bytes flow; while held, that is put off. */
  start(): void {
    if (this.#held || this.#server !== undefined) return;
    const server = connect({ ...this.#upstream, allowHalfOpen: true, noDelay: true });
    this.#server = server;
    this.#openSockets += 1;
    let connected = false;
    server.on("connect", () => {
      connected = true;
      if (!this.#held) this.#client.resume();
    });
    server.on("error", () => {
      if (!connected) this.#counters.upstreamFailures += 1;
      this.#onBroken();
    });
    server.on("close", () => this.#onSocketClose());
    server.on("data", (chunk: Buffer) => this.#sendDown(chunk));
    server.on("end", () => this.#unlessHeld(() => this.#endDown()));
    server.on("drain", () => this.#regulateClient());
  }

  /** Nothing is read from either side any more: what they send stays in the kernel's buffers. */
  hold(): void {
    this.#held = true;
    this.#client.pause();
    this.#server?.pause();
  }

  /** Ends {@link hold}: what has waited in the kernel goes its way. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    const ends = this.#endsWhileHeld;
    this.#endsWhileHeld = [];
    if (this.#brokenWhileHeld) {
      this.reset();
      return;
    }
    for (const end of ends) end();
    if (this.#server === undefined) {
      this.start();
    } else {
      this.#regulateClient();
      this.#regulateServer();
    }
  }

  /** Replaces the effect; what the one before held leaves first. */
  use(factory: ReplyEffectFactory | undefined): void {
    const before = this.#effect;
    this.#effect = undefined;
    before?.release();
    this.#effect = factory?.(this.#sink);
    this.#regulateServer();
  }

  /** RST to both sides, at once. */
  reset(): void {
    if (!this.#client.destroyed || (this.#server && !this.#server.destroyed)) {
      this.#counters.resets += 1;
    }
    this.#effect?.discard();
    this.#effect = undefined;
    for (const socket of [this.#client, this.#server]) {
      if (socket !== undefined) resetSocket(socket);
    }
  }

  #sendUp(chunk: Buffer): void {
    this.#counters.bytesUp += chunk.length;
    if (this.#server?.write(chunk) === false) this.#regulateClient();
  }

  #sendDown(chunk: Buffer): void {
    if (this.#effect === undefined) {
      this.#stream.skip(chunk);
      this.#writeToClient(chunk);
    } else {
      for (const piece of this.#stream.cut(chunk)) {
        if (this.#resetting || this.#effect === undefined) break;
        this.#effect.accept(piece);
      }
      this.#regulateServer();
    }
    this.#counters.replies += this.#stream.replies - this.#framed;
    this.#framed = this.#stream.replies;
  }

  #endDown(): void {
    if (this.#effect === undefined) this.#client.end();
    else this.#effect.end();
  }

  #writeToClient(bytes: Buffer): void {
    if (this.#client.destroyed || this.#client.writableEnded) return;
    this.#counters.bytesDown += bytes.length;
    if (!this.#client.write(bytes)) this.#regulateServer();
  }

  #resetAfterWrites(): void {
    if (this.#resetting || this.#client.destroyed) return;
    this.#resetting = true;
    const resetSoon = (): void => {
      setTimeout(() => this.reset(), RESET_DELAY_MS);
    };
    // An RST overtakes what Node has not yet given to the kernel; the callback comes after that.
    if (this.#client.writableEnded) resetSoon();
    else this.#client.write(Buffer.alloc(0), resetSoon);
  }

  /** Reads from the client only while the server takes what it sends. */
  #regulateClient(): void {
    if (this.#held) return;
    if (this.#server?.writableNeedDrain) this.#client.pause();
    else if (this.#server !== undefined && !this.#server.connecting) this.#client.resume();
  }

  /** Reads from the server only while the client takes what it is sent and the effect holds little. */
  #regulateServer(): void {
    if (this.#held || this.#server === undefined) return;
    const full = (this.#effect?.heldBytes ?? 0) >= HELD_MAX_BYTES;
    if (full || this.#client.writableNeedDrain) this.#server.pause();
    else this.#server.resume();
  }

  #unlessHeld(end: () => void): void {
    if (this.#held) this.#endsWhileHeld.push(end);
    else end();
  }

  #onBroken(): void {
    if (this.#held) this.#brokenWhileHeld = true;
    else this.reset();
  }

  #onSocketClose(): void {
    this.#openSockets -= 1;
    if (this.#openSockets > 0) return;
    this.#effect?.discard();
    this.#effect = undefined;
    this.#onClose();
  }
}
