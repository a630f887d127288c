/** The name and token of everything whose change makes a value invalid: its namespaces and its tags. */
export type MarkTokens = ReadonlyArray<readonly [name: string, token: string]>;

/** A value as it is stored in Redis. */
export interface WireEntry {
  /** Of the store that wrote it: no two stores have the same. */
  readonly token: string;
  /** When it was made, in milliseconds of the Redis server's clock. */
  readonly createdAt: number;
  readonly ttlMs: number;
  readonly graceMs: number;
  readonly marks: MarkTokens;
  /** What the serializer made of the value; `undefined` says that the primary has none. */
  readonly payload: string | undefined;
}

/** The version that this release writes. Readers of other versions see such a value as a miss. */
const version = "H1";

/**
 * The stored form, version 1: one line of fields with a blank between, then the payload.
 *
 *     H1 <kind> <token> <createdAt> <ttlMs> <graceMs> <length> <marks>\n<payload>
 *
 * `kind` is `v` for a value, `n` for the primary's "there is none". `length` is the payload's, in
 * UTF-16 units: it tells a truncated value whatever the serializer. `marks` is `name=token` joined
 * by `&`, each name URI-encoded. Numbers are decimal integers.
 */
export function encodeEntry(entry: WireEntry): string {
  const payload = entry.payload ?? "";
  const kind = entry.payload === undefined ? "n" : "v";
  const marks = entry.marks.map(([name, token]) => `${encodeURIComponent(name)}=${token}`);
  const fields = [kind, entry.token, entry.createdAt, entry.ttlMs, entry.graceMs, payload.length];
  return `${version} ${fields.join(" ")} ${marks.join("&")}\n${payload}`;
}

/** The first line of a stored form, without the line's end: it is enough to tell two stores apart. */
export function headerOf(text: string): string {
  return text.slice(0, text.indexOf("\n"));
}

/** Reads a stored form; `undefined` for anything that {@link encodeEntry} cannot have made. */
export function decodeEntry(text: string): WireEntry | undefined {
  const end = text.indexOf("\n");
  if (end === -1 || !text.startsWith(`${version} `)) return undefined;
  const fields = text.slice(0, end).split(" ");
  if (fields.length !== 8) return undefined;
  const [, kind, token, createdAt, ttlMs, graceMs, length, marks] = fields as Fields;
  const numbers = [createdAt, ttlMs, graceMs, length].map(naturalNumber);
  if (numbers.includes(undefined) || token === "") return undefined;
  if ((kind !== "v" && kind !== "n") || text.length - end - 1 !== numbers[3]) return undefined;
  const parsed = parseMarks(marks);
  if (parsed === undefined) return undefined;
  return {
    token,
    createdAt: numbers[0] as number,
    ttlMs: numbers[1] as number,
    graceMs: numbers[2] as number,
    marks: parsed,
    payload: kind === "n" ? undefined : text.slice(end + 1),
  };
}

type Fields = [string, string, string, string, string, string, string, string];

function naturalNumber(text: string): number | undefined {
  if (text === "" || text.length > 15) return undefined;
  const value = Number(text);
  return Number.isInteger(value) && value >= 0 ? value : undefined;
}

function parseMarks(text: string): MarkTokens | undefined {
  if (text === "") return [];
  const marks: [string, string][] = [];
  for (const mark of text.split("&")) {
    const separator = mark.indexOf("=");
    if (separator === -1) return undefined;
    try {
      marks.push([decodeURIComponent(mark.slice(0, separator)), mark.slice(separator + 1)]);
    } catch {
      return undefined;
    }
  }
  return marks;
}
