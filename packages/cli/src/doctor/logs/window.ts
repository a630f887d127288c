const newline = 0x0a;
const carriageReturn = 0x0d;

/** The most bytes of one line that are looked at as one; what is longer is cut into such pieces. */
export const lineMax: number = 64 * 1024;

/** A line's place: bytes from `from` up to `to`, its end not included; `next` is where the next begins. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly next: number;
}

/** The part of a log that is in memory, with lines found by their bytes. */
export class Window {
  readonly bytes: Buffer;
  /** Bytes up to here are filled. */
  end = 0;
  #counted = 0;
  #lines = 0;

  constructor(size: number) {
    // Of its own memory, so that its beginning is aligned.
    this.bytes = Buffer.from(new ArrayBuffer(size));
  }

  /** Free room behind the filled part. */
  room(): Buffer {
    return this.bytes.subarray(this.end);
  }

  /** Lets go of everything before `from`. */
  discard(from: number): void {
    if (this.#counted < from) this.lineNumber(from);
    this.bytes.copyWithin(0, from, this.end);
    this.end -= from;
    this.#counted -= from;
  }

  /** The line that begins at `from`; cut where it is too long or the window ends. */
  lineAt(from: number): Span {
    const limit = Math.min(this.end, from + lineMax);
    const to = this.bytes.indexOf(newline, from);
    if (to === -1 || to >= limit) return { from, to: limit, next: limit };
    const isCrlf = to > from && this.bytes[to - 1] === carriageReturn;
    return { from, to: isCrlf ? to - 1 : to, next: to + 1 };
  }

  /** The line that ends before `from`, which is a line's beginning. */
  lineBefore(from: number): Span | undefined {
    if (from === 0) return undefined;
    const low = Math.max(0, from - lineMax);
    const at = from < 2 ? -1 : this.bytes.lastIndexOf(newline, from - 2);
    return this.lineAt(at < low ? low : at + 1);
  }

  /** The end of the block of whole lines that begins at `from`: some `size` bytes. */
  blockEnd(from: number, size: number): number {
    const target = Math.min(this.end, from + size);
    const at = this.bytes.lastIndexOf(newline, target - 1);
    return at < from ? this.lineAt(from).next : at + 1;
  }

  text({ from, to }: Span, max: number): string {
    return this.bytes.toString("utf8", from, Math.min(to, from + max));
  }

  /** The number of the line, from 1, in which a place is. Places must not go back. */
  lineNumber(at: number): number {
    this.#lines += countNewlines(this.bytes, this.#counted, at);
    this.#counted = Math.max(this.#counted, at);
    return this.#lines + 1;
  }
}

/** Four bytes at a time: this is done for every byte of every log. */
function countNewlines(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  let at = from;
  for (; at < to && at % 4 !== 0; at++) if (bytes[at] === newline) count++;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  for (; at + 4 <= to; at += 4) {
    // The high bit of each byte that is a newline, exactly ("Determine if a word has a zero byte").
    const word = (words[at >> 2] as number) ^ 0x0a0a0a0a;
    const marks = ~(((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word | 0x7f7f7f7f);
    if (marks !== 0) count += Math.imul(marks >>> 7, 0x01010101) >>> 24;
  }
  for (; at < to; at++) if (bytes[at] === newline) count++;
  return count;
}
