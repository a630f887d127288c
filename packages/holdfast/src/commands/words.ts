/** Longer arguments are data, never a keyword; no copy of them is made. */
const keywordMax = 24;

/** One argument as an upper-case word; "" when it is too long or of a kind that is no word. */
export function wordAt(args: readonly unknown[], index: number): string {
  const arg = args[index];
  if (typeof arg === "string") return arg.length > keywordMax ? "" : arg.toUpperCase();
  if (typeof arg === "number") return String(arg);
  if (arg instanceof Uint8Array && arg.length <= keywordMax) {
    return Buffer.from(arg.buffer, arg.byteOffset, arg.length).toString("latin1").toUpperCase();
  }
  return "";
}

/** Whether one of the arguments from `from` on is the keyword. */
export function hasWord(args: readonly unknown[], from: number, keyword: string): boolean {
  return indexOfWord(args, from, keyword) !== -1;
}

export function indexOfWord(args: readonly unknown[], from: number, keyword: string): number {
  for (let index = from; index < args.length; index++) {
    if (wordAt(args, index) === keyword) return index;
  }
  return -1;
}

/** Whether two arguments are the same key, be they strings or bytes. */
export function sameArgument(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const bytes = a instanceof Uint8Array || b instanceof Uint8Array;
  return bytes && asBytes(a).equals(asBytes(b));
}

function asBytes(value: unknown): Buffer {
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.length)
    : Buffer.from(String(value));
}

export function textOf(value: unknown): string {
  return value instanceof Uint8Array ? asBytes(value).toString("latin1") : String(value);
}
