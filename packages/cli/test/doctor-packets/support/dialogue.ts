import type { Endpoint, Packet } from "./capture-writer.ts";

export const flags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

const scaleOption = Uint8Array.from([3, 3, 7, 1]);
const encoder = new TextEncoder();

/** `*2\r\n$3\r\nGET\r\n…`: a request as clients send it. */
export function request(...words: readonly string[]): Uint8Array {
  const parts = words.map((word) => `$${encoder.encode(word).length}\r\n${word}\r\n`);
  return encoder.encode(`*${words.length}\r\n${parts.join("")}`);
}

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

interface Side {
  readonly endpoint: Endpoint;
  next: number;
  received: number;
  window: number;
}

/** Writes a TCP conversation packet by packet; time passes only where it is told to. */
export class Dialogue {
  readonly packets: Packet[];
  readonly client: Side;
  readonly server: Side;
  /** Milliseconds since the beginning. */
  nowMs = 0;

  /** @param packets - Given to share one capture, and its clock's beginning, with other dialogues. */
  constructor(
    packets: Packet[] = [],
    {
      client = { address: "10.0.0.1", port: 40000 },
      server = { address: "10.0.0.2", port: 6379 },
      startMs = 0,
    }: { client?: Endpoint; server?: Endpoint; startMs?: number } = {},
  ) {
    this.packets = packets;
    this.client = { endpoint: client, next: 1000, received: 0, window: 500 };
    this.server = { endpoint: server, next: 9000, received: 0, window: 500 };
    this.nowMs = startMs;
  }

  wait(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  /** SYN, SYN-ACK, ACK. */
  connect(): this {
    this.syn();
    this.wait(0.2);
    this.server.received = this.client.next;
    this.#put(this.server, this.client, flags.syn | flags.ack, new Uint8Array(0), scaleOption);
    this.server.next++;
    this.wait(0.1);
    this.client.received = this.server.next;
    return this.ack("client");
  }

  /** A SYN; again with the same number when `repeat` is set. */
  syn({ repeat = false }: { repeat?: boolean } = {}): this {
    if (repeat) this.client.next--;
    this.#put(this.client, this.server, flags.syn, new Uint8Array(0), scaleOption);
    this.client.next++;
    return this;
  }

  /** Sends a payload. It arrives, unless it is `lost`; then the other side knows nothing of it. */
  send(from: "client" | "server", payload: Uint8Array, { lost = false } = {}): this {
    const [own, other] = this.#sides(from);
    this.#put(own, other, flags.psh | flags.ack, payload);
    own.next += payload.length;
    if (!lost) other.received = own.next;
    return this;
  }

  /** Sends once more what ends where the sender is. */
  resend(from: "client" | "server", payload: Uint8Array, { lost = false } = {}): this {
    const [own, other] = this.#sides(from);
    own.next -= payload.length;
    this.#put(own, other, flags.psh | flags.ack, payload);
    own.next += payload.length;
    if (!lost) other.received = own.next;
    return this;
  }

  /** @param options - `again`: says that this many of the bytes before came twice (D-SACK). */
  ack(
    from: "client" | "server",
    { window, again }: { window?: number; again?: number } = {},
  ): this {
    const [own, other] = this.#sides(from);
    if (window !== undefined) own.window = window;
    const block = again === undefined ? undefined : new Uint8Array(12);
    if (block !== undefined && again !== undefined) {
      block.set([1, 1, 5, 10]);
      new DataView(block.buffer).setUint32(4, own.received - again);
      new DataView(block.buffer).setUint32(8, own.received);
    }
    this.#put(own, other, flags.ack, new Uint8Array(0), block);
    return this;
  }

  fin(from: "client" | "server"): this {
    const [own, other] = this.#sides(from);
    this.#put(own, other, flags.fin | flags.ack, new Uint8Array(0));
    own.next++;
    other.received = own.next;
    return this;
  }

  rst(from: "client" | "server"): this {
    const [own, other] = this.#sides(from);
    this.#put(own, other, flags.rst | flags.ack, new Uint8Array(0));
    return this;
  }

  /** A request, and its reply after `ms`; the server's kernel acknowledges at once. */
  ask(payload: Uint8Array, reply: string, ms: number = 0.3): this {
    this.send("client", payload);
    if (ms >= 40)
      this.wait(0.01)
        .ack("server")
        .wait(ms - 0.01);
    else this.wait(ms);
    this.send("server", bytesOf(reply)).wait(0.05);
    return this.ack("client");
  }

  #sides(from: "client" | "server"): [Side, Side] {
    return from === "client" ? [this.client, this.server] : [this.server, this.client];
  }

  #put(own: Side, other: Side, bits: number, payload: Uint8Array, options?: Uint8Array): void {
    const nanoseconds = Math.round(this.nowMs * 1e6);
    this.packets.push({
      seconds: 1_790_000_000 + Math.floor(nanoseconds / 1e9),
      nanoseconds: nanoseconds % 1e9,
      source: own.endpoint,
      target: other.endpoint,
      sequence: own.next >>> 0,
      acknowledgement: (bits & flags.ack) === 0 ? 0 : own.received >>> 0,
      flags: bits,
      window: own.window,
      payload,
      ...(options === undefined ? {} : { options }),
    });
  }
}
