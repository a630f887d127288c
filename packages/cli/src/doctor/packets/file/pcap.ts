import { type CaptureDecoder, maxRecordBytes, type PacketSink } from "./decoder.ts";

export const pcapHeaderBytes = 24;
const recordHeaderBytes = 16;

/**
 * The classic format, in either byte order, with microseconds or nanoseconds.
 * https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
 *
 * @param header - The file's first 24 bytes.
 * @returns Nothing when the magic number is not pcap's.
 */
export function pcapDecoder(header: Uint8Array): CaptureDecoder | undefined {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  for (const little of [true, false]) {
    const magic = view.getUint32(0, little);
    if (magic === 0xa1b2c3d4 || magic === 0xa1b23c4d) {
      // The upper four bits tell about the frame check sequence.
      const linkType = view.getUint32(20, little) & 0x0fffffff;
      return new PcapDecoder(little, magic === 0xa1b23c4d ? 1 : 1000, linkType);
    }
  }
  return undefined;
}

class PcapDecoder implements CaptureDecoder {
  readonly format = "pcap";
  failure: string | undefined;
  readonly #little: boolean;
  readonly #nanosecondsPerTick: number;
  readonly #linkType: number;

  constructor(little: boolean, nanosecondsPerTick: number, linkType: number) {
    this.#little = little;
    this.#nanosecondsPerTick = nanosecondsPerTick;
    this.#linkType = linkType;
  }

  decode(bytes: Uint8Array, start: number, end: number, sink: PacketSink): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const little = this.#little;
    const tick = this.#nanosecondsPerTick;
    const linkType = this.#linkType;
    let at = start;
    while (at + recordHeaderBytes <= end) {
      const captured = view.getUint32(at + 8, little);
      if (captured > maxRecordBytes) {
        this.failure = `a packet claims ${captured} bytes`;
        return at;
      }
      const first = at + recordHeaderBytes;
      if (first + captured > end) break;
      const seconds = view.getUint32(at, little);
      const nanoseconds = view.getUint32(at + 4, little) * tick;
      const original = view.getUint32(at + 12, little);
      sink.packet(bytes, first, first + captured, original, linkType, seconds, nanoseconds);
      at = first + captured;
    }
    return at;
  }
}
