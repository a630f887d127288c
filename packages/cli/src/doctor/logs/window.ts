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
    this.bytes = Buffer.allocUnsafe(size);
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

function countNewlines(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (bytes[at] === newline) count++;
  return count;
}
