import { TestbedError } from "../errors.ts";

/** A simple string, an error or a number may be this long; Redis's own errors are far shorter. */
export const LINE_MAX_BYTES = 65_536;
/** Redis's own ceiling for a bulk string (proto-max-bulk-len) and more than any element count. */
export const LENGTH_MAX = 536_870_912;

const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;

type Shape = "line" | "payload" | "list" | "pairs" | "attribute";

const shapes: ReadonlyMap<number, Shape> = new Map([
  ...[..."+-:,#_("].map((mark) => [mark.charCodeAt(0), "line"] as const),
  ...[..."$!="].map((mark) => [mark.charCodeAt(0), "payload"] as const),
  ...[..."*~>"].map((mark) => [mark.charCodeAt(0), "list"] as const),
  ["%".charCodeAt(0), "pairs"],
  ["|".charCodeAt(0), "attribute"],
]);

/**
 * Finds where replies end in a stream of RESP 2 or 3 that comes in pieces of any size, without
 * keeping a byte of it: the proxy follows every connection with one, at the cost of reading headers.
 *
 * An aggregate needs no stack for that. One counter of values still to come is enough: a scalar
 * takes one off it, an aggregate of n adds n and takes off itself.
 */
export class ReplyFramer {
  #state: "mark" | "line" | "length" | "payload" | "ending" = "mark";
  #shape: Shape = "line";
  #valuesLeft = 1;
  #begun = false;
  #lineBytes = 0;
  #afterCarriageReturn = false;
  #length = 0;
  #digits = 0;
  #negative = false;
  #payloadLeft = 0;

  /** Whether a reply has begun and not ended. */
  get midReply(): boolean {
    return this.#begun;
  }

  /**
   * @returns The offset after the current reply's last byte, or -1 when the chunk ends before it.
   * Call again from that offset for the next reply.
   * @throws TestbedError `PROTOCOL`: the stream is no RESP; this framer is of no use any more.
   */
  next(chunk: Buffer, from: number): number {
    let offset = from;
    while (offset < chunk.length) {
      offset = this.#step(chunk, offset);
      if (this.#valuesLeft === 0) {
        this.#valuesLeft = 1;
        this.#begun = false;
        return offset;
      }
    }
    return -1;
  }

  #step(chunk: Buffer, offset: number): number {
    switch (this.#state) {
      case "mark":
        return this.#readMark(chunk, offset);
      case "line":
        return this.#readLine(chunk, offset);
      case "length":
        return this.#readLength(chunk, offset);
      case "payload":
        return this.#skipPayload(chunk, offset);
      case "ending":
        return this.#readEnding(chunk, offset);
    }
  }

  #readMark(chunk: Buffer, offset: number): number {
    const mark = chunk[offset] ?? 0;
    const shape = shapes.get(mark);
    if (shape === undefined) throw malformed(`0x${mark.toString(16)} starts no reply`);
    this.#shape = shape;
    this.#begun = true;
    this.#afterCarriageReturn = false;
    this.#lineBytes = 0;
    this.#length = 0;
    this.#digits = 0;
    this.#negative = false;
    this.#state = shape === "line" ? "line" : "length";
    return offset + 1;
  }

  #readLine(chunk: Buffer, offset: number): number {
    const at = chunk.indexOf(LINE_FEED, offset);
    const end = at === -1 ? chunk.length : at;
    this.#lineBytes += end - offset;
    if (this.#lineBytes > LINE_MAX_BYTES) throw malformed("a line is too long");
    if (end > offset) this.#afterCarriageReturn = chunk[end - 1] === CARRIAGE_RETURN;
    if (at === -1) return end;
    if (!this.#afterCarriageReturn) throw malformed("a line feed stands alone");
    this.#valueEnds();
    return at + 1;
  }

  #readLength(chunk: Buffer, from: number): number {
    for (let offset = from; offset < chunk.length; offset++) {
      const byte = chunk[offset] ?? 0;
      if (this.#afterCarriageReturn) {
        if (byte !== LINE_FEED || this.#digits === 0) throw malformed("a length ends badly");
        this.#headerEnds();
        return offset + 1;
      }
      if (byte === CARRIAGE_RETURN) {
        this.#afterCarriageReturn = true;
      } else if (byte === MINUS && this.#digits === 0 && !this.#negative) {
        this.#negative = true;
      } else if (byte >= ZERO && byte <= NINE) {
        this.#length = this.#length * 10 + (byte - ZERO);
        this.#digits += 1;
        if (this.#length > LENGTH_MAX || this.#digits > 10) throw malformed("a length is too big");
      } else {
        throw malformed("a length is no number");
      }
    }
    return chunk.length;
  }

  #headerEnds(): void {
    this.#afterCarriageReturn = false;
    if (this.#negative) {
      if (this.#length !== 1 || this.#shape === "pairs" || this.#shape === "attribute") {
        throw malformed("a length is negative");
      }
      this.#valueEnds();
    } else if (this.#shape === "payload") {
      this.#payloadLeft = this.#length;
      this.#state = this.#length === 0 ? "ending" : "payload";
    } else {
      const values = this.#shape === "list" ? this.#length : this.#length * 2;
      this.#valuesLeft += values;
      if (this.#valuesLeft > LENGTH_MAX) throw malformed("a reply has too many values");
      // What an attribute describes still follows, in the attribute's own place.
      if (this.#shape === "attribute") this.#state = "mark";
      else this.#valueEnds();
    }
  }

  #skipPayload(chunk: Buffer, offset: number): number {
    const skipped = Math.min(this.#payloadLeft, chunk.length - offset);
    this.#payloadLeft -= skipped;
    if (this.#payloadLeft === 0) this.#state = "ending";
    return offset + skipped;
  }

  #readEnding(chunk: Buffer, offset: number): number {
    const byte = chunk[offset];
    if (byte !== (this.#afterCarriageReturn ? LINE_FEED : CARRIAGE_RETURN)) {
      throw malformed("a payload is longer than its length says");
    }
    if (this.#afterCarriageReturn) this.#valueEnds();
    else this.#afterCarriageReturn = true;
    return offset + 1;
  }

  #valueEnds(): void {
    this.#valuesLeft -= 1;
    this.#state = "mark";
  }
}

function malformed(what: string): TestbedError {
  return new TestbedError("PROTOCOL", `not RESP: ${what}`);
}
