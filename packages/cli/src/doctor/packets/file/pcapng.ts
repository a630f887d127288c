import { type CaptureDecoder, maxRecordBytes, type PacketSink } from "./decoder.ts";

const sectionHeader = 0x0a0d0d0a;
const byteOrderMagic = 0x1a2b3c4d;
const interfaceDescription = 1;
const obsoletePacket = 2;
const simplePacket = 3;
const enhancedPacket = 6;
/** A capture of more interfaces than this is not one that a person made. */
const maxInterfaces = 4096;

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly ticksPerSecond: number;
  readonly offsetSeconds: number;
  /** What the upper half of the last time stamp came to: it changes every few seconds at most. */
  upper: number;
  upperSeconds: number;
  upperTicks: number;
}

/** https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html */
export function pcapngDecoder(header: Uint8Array): CaptureDecoder | undefined {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  return view.getUint32(0) === sectionHeader ? new PcapngDecoder() : undefined;
}

class PcapngDecoder implements CaptureDecoder {
  readonly format = "pcapng";
  failure: string | undefined;
  #little = true;
  #interfaces: Interface[] = [];
  /** Bytes of a long block of no interest that are yet to come. */
  #skip = 0;
  #lastSeconds = 0;
  #lastNanoseconds = 0;

  decode(bytes: Uint8Array, start: number, end: number, sink: PacketSink): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = start;
    while (this.failure === undefined) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, end - at);
        this.#skip -= skipped;
        at += skipped;
      }
      if (at + 12 > end) break;
      const type = view.getUint32(at, this.#little);
      if (type === sectionHeader) this.#little = view.getUint32(at + 8, true) === byteOrderMagic;
      const length = view.getUint32(at + 4, this.#little);
      if (length < 12 || length % 4 !== 0) {
        this.failure = `a block claims ${length} bytes`;
        break;
      }
      if (length > maxRecordBytes) {
        if (isPacket(type)) this.failure = `a packet claims ${length} bytes`;
        else this.#skip = length;
        continue;
      }
      if (at + length > end) break;
      this.#block(type, view, bytes, at + 8, at + length - 4, sink);
      at += length;
    }
    return at;
  }

  #block(
    type: number,
    view: DataView,
    bytes: Uint8Array,
    from: number,
    to: number,
    sink: PacketSink,
  ): void {
    if (type === enhancedPacket) this.#packet(view, bytes, from, to, 4, sink);
    else if (type === sectionHeader) this.#section(view, from);
    else if (type === interfaceDescription) this.#interface(view, from, to);
    else if (type === obsoletePacket) this.#packet(view, bytes, from, to, 2, sink);
    else if (type === simplePacket) this.#simplePacket(view, bytes, from, to, sink);
  }

  #section(view: DataView, from: number): void {
    if (view.getUint32(from, this.#little) !== byteOrderMagic) {
      this.failure = "a section has no byte order";
    }
    this.#interfaces = [];
  }

  #interface(view: DataView, from: number, to: number): void {
    if (to - from < 8 || this.#interfaces.length >= maxInterfaces) {
      this.failure = "a broken description of an interface";
      return;
    }
    let ticksPerSecond = 1e6;
    let offsetSeconds = 0;
    for (let at = from + 8; at + 4 <= to; ) {
      const code = view.getUint16(at, this.#little);
      const length = view.getUint16(at + 2, this.#little);
      if (code === 0 || at + 4 + length > to) break;
      if (code === 9 && length >= 1) {
        const resolution = view.getUint8(at + 4);
        const power = resolution & 0x7f;
        const ticks = resolution & 0x80 ? 2 ** power : 10 ** power;
        // Finer than that is beyond what a double counts, and beyond any clock.
        if (ticks <= 1e12) ticksPerSecond = ticks;
      }
      if (code === 14 && length >= 8) {
        offsetSeconds = Number(view.getBigInt64(at + 4, this.#little));
      }
      at += 4 + length + ((4 - (length % 4)) % 4);
    }
    this.#interfaces.push({
      linkType: view.getUint16(from, this.#little),
      snapLength: view.getUint32(from + 4, this.#little),
      ticksPerSecond,
      offsetSeconds,
      upper: -1,
      upperSeconds: 0,
      upperTicks: 0,
    });
  }

  #packet(
    view: DataView,
    bytes: Uint8Array,
    from: number,
    to: number,
    identifierBytes: 2 | 4,
    sink: PacketSink,
  ): void {
    const little = this.#little;
    if (to - from < 20) {
      this.failure = "a block is too short for a packet";
      return;
    }
    const identifier =
      identifierBytes === 4 ? view.getUint32(from, little) : view.getUint16(from, little);
    const described = this.#interfaces[identifier];
    const captured = view.getUint32(from + 12, little);
    if (described === undefined || from + 20 + captured > to) {
      this.failure =
        described === undefined
          ? `a packet names interface ${identifier}, which is not described`
          : `a packet claims ${captured} bytes`;
      return;
    }
    this.#time(described, view.getUint32(from + 4, little), view.getUint32(from + 8, little));
    sink.packet(
      bytes,
      from + 20,
      from + 20 + captured,
      view.getUint32(from + 16, little),
      described.linkType,
      this.#lastSeconds,
      this.#lastNanoseconds,
    );
  }

  /** A packet without a time: it came no earlier than the one before it. */
  #simplePacket(
    view: DataView,
    bytes: Uint8Array,
    from: number,
    to: number,
    sink: PacketSink,
  ): void {
    const described = this.#interfaces[0];
    if (described === undefined || to - from < 4) {
      this.failure = "a packet without an interface";
      return;
    }
    const original = view.getUint32(from, this.#little);
    const limit = described.snapLength === 0 ? original : described.snapLength;
    const captured = Math.min(original, limit, to - from - 4);
    sink.packet(
      bytes,
      from + 4,
      from + 4 + captured,
      original,
      described.linkType,
      this.#lastSeconds,
      this.#lastNanoseconds,
    );
  }

  /** Two halves of 64 bits of ticks, which a double cannot hold, as seconds and nanoseconds. */
  #time(described: Interface, upper: number, lower: number): void {
    if (described.upper !== upper) {
      const ticks = BigInt(upper) << 32n;
      const perSecond = BigInt(described.ticksPerSecond);
      described.upper = upper;
      described.upperSeconds = Number(ticks / perSecond) + described.offsetSeconds;
      described.upperTicks = Number(ticks % perSecond);
    }
    const ticks = described.upperTicks + lower;
    const seconds = Math.floor(ticks / described.ticksPerSecond);
    this.#lastSeconds = described.upperSeconds + seconds;
    this.#lastNanoseconds = Math.floor(
      ((ticks - seconds * described.ticksPerSecond) * 1e9) / described.ticksPerSecond,
    );
  }
}

function isPacket(type: number): boolean {
  return type === enhancedPacket || type === simplePacket || type === obsoletePacket;
}
