import { isAfter } from "../tcp/analysis.ts";
import { type Segment, tcpFlags } from "../wire/segment.ts";
import type { MessageReader } from "./message-reader.ts";

/** What one direction keeps while a segment before it is missing. */
const maxHeldSegments = 64;
const maxHeldBytes = 128 * 1024;

/** What all directions keep together. */
export class HeldBudget {
  bytes = 0;
  readonly maxBytes: number;
  constructor(maxBytes: number = 16 * 1024 * 1024) {
    this.maxBytes = maxBytes;
  }
}

interface Held {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** Puts one direction's bytes into their order and feeds them to its reader, each once. */
export class Assembler {
  readonly reader: MessageReader;
  /** The sequence number of the next byte; meaningless before the first segment. */
  expected = 0;
  hasBegun = false;
  /** How often the capture lacked bytes that the other side had. */
  gaps = 0;
  readonly #budget: HeldBudget;
  #held: Held[] = [];
  #heldBytes = 0;
  /** The sequence number of the FIN, which no byte of the stream has. */
  #fin: number | undefined;

  constructor(reader: MessageReader, budget: HeldBudget) {
    this.reader = reader;
    this.#budget = budget;
  }

  begin(sequence: number): void {
    this.expected = sequence;
    this.hasBegun = true;
  }

  take(segment: Segment): void {
    const { sequence, payloadLength: length } = segment;
    if ((segment.flags & tcpFlags.fin) !== 0) this.#fin = (sequence + length) | 0;
    if (length === 0) return;
    if (!this.hasBegun) this.begin(sequence);
    if (isAfter(sequence, this.expected)) {
      this.#hold(segment);
      return;
    }
    this.#deliver(
      segment.bytes,
      segment.payloadStart,
      segment.payloadEnd,
      sequence,
      length,
      segment.time,
      segment.frame,
    );
    if (this.#held.length > 0) this.#release(segment.time, segment.frame);
  }

  /** The other side has everything before `acknowledgement`: what is missing here will not come. */
  acknowledged(acknowledgement: number, time: number, frame: number): void {
    const isFin = this.#fin !== undefined && acknowledgement === ((this.#fin + 1) | 0);
    const end = isFin ? (acknowledgement - 1) | 0 : acknowledgement;
    while (this.hasBegun && isAfter(end, this.expected)) {
      this.gaps++;
      this.reader.isLost = true;
      const next = this.#held[0];
      if (next === undefined || isAfter(next.sequence, end)) {
        this.expected = end;
      } else {
        this.expected = next.sequence;
      }
      this.#release(time, frame);
    }
  }

  drop(): void {
    this.#budget.bytes -= this.#heldBytes;
    this.#heldBytes = 0;
    this.#held = [];
  }

  #hold(segment: Segment): void {
    const bytes = segment.payloadEnd - segment.payloadStart;
    if (
      this.#held.length >= maxHeldSegments ||
      this.#heldBytes + bytes > maxHeldBytes ||
      this.#budget.bytes + bytes > this.#budget.maxBytes
    ) {
      this.gaps++;
      this.reader.isLost = true;
      this.drop();
      this.expected = segment.sequence;
      this.take(segment);
      return;
    }
    const held: Held = {
      sequence: segment.sequence,
      bytes: segment.bytes.slice(segment.payloadStart, segment.payloadEnd),
      length: segment.payloadLength,
    };
    let at = this.#held.length;
    while (at > 0 && isAfter((this.#held[at - 1] as Held).sequence, held.sequence)) at--;
    this.#held.splice(at, 0, held);
    this.#heldBytes += bytes;
    this.#budget.bytes += bytes;
  }

  #release(time: number, frame: number): void {
    for (let next = this.#held[0]; next !== undefined; next = this.#held[0]) {
      if (isAfter(next.sequence, this.expected)) return;
      this.#held.shift();
      this.#heldBytes -= next.bytes.length;
      this.#budget.bytes -= next.bytes.length;
      this.#deliver(next.bytes, 0, next.bytes.length, next.sequence, next.length, time, frame);
    }
  }

  /** Gives the reader what is new of a segment, which may begin before `expected`. */
  #deliver(
    bytes: Uint8Array,
    start: number,
    end: number,
    sequence: number,
    length: number,
    time: number,
    frame: number,
  ): void {
    const known = (this.expected - sequence) | 0;
    if (known >= length) return;
    const from = Math.min(start + known, end);
    this.expected = (sequence + length) | 0;
    const { reader } = this;
    if (reader.isLost) return;
    if (from < end) reader.read(bytes, from, end, time, frame);
    const missing = length - Math.max(known, end - start);
    if (missing > 0 && !reader.isLost) reader.skip(missing);
  }
}
