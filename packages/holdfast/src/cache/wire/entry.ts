/** The name and token of everything whose change makes a value invalid: its namespaces and its tags. */
export type MarkTokens = ReadonlyArray<readonly [name: string, token: string]>;

/** A value as it is stored in Redis. */
export interface WireEntry {
  /** The key that it is stored under: a reply that was meant for another command is known by it. */
  readonly key: string;
  /** Of the store that wrote it: no two stores have the same. */
  readonly token: string;
  /** When its load began, in milliseconds of the Redis server's clock. */
  readonly createdAt: number;
  readonly ttlMs: number;
  readonly graceMs: number;
  readonly marks: MarkTokens;
  /** What the serializer made of the value; `undefined` says that the primary has none. */
  readonly payload: string | undefined;
}

/**
 * The version that this release writes. Readers of other versions see such a value as a miss, and
 * this one so sees version 1, whose values did not name their keys.
 */
const version = "H2";

/**
 * The stored form, version 2: one line of fields with a blank between, then the key and the payload.
 *
 *     H2 <kind> <token> <createdAt> <ttlMs> <graceMs> <keyLength> <length> <marks>\n<key><payload>
 *
 * `kind` is `v` for a value, `n` for the primary's "there is none". `keyLength` and `length` are the
 * key's and the payload's, in UTF-16 units: they tell a truncated value whatever the serializer.
 * `marks` is `name=token` joined by `&`, each name URI-encoded. Numbers are decimal integers.
 */
export function encodeEntry(entry: WireEntry): string {
  const payload = entry.payload ?? "";
  const kind = entry.payload === undefined ? "n" : "v";
  const marks = entry.marks.map(([name, token]) => `${encodeURIComponent(name)}=${token}`);
  const { key, token, createdAt, ttlMs, graceMs } = entry;
  const fields = [kind, token, createdAt, ttlMs, graceMs, key.length, payload.length];
  return `${version} ${fields.join(" ")} ${marks.join("&")}\n${key}${payload}`;
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
  if (fields.length !== 9) return undefined;
  const [, kind, token, ...rest] = fields as Fields;
  const [createdAt, ttlMs, graceMs, keyLength, length] = rest.slice(0, 5).map(naturalNumber);
  if (createdAt === undefined || ttlMs === undefined || graceMs === undefined) return undefined;
  if (keyLength === undefined || length === undefined || token === "") return undefined;
  if (kind !== "v" && kind !== "n") return undefined;
  const payloadAt = end + 1 + keyLength;
  if (text.length - payloadAt !== length) return undefined;
  const marks = parseMarks(fields[8] as string);
  if (marks === undefined) return undefined;
  const key = text.slice(end + 1, payloadAt);
  const payload = kind === "n" ? undefined : text.slice(payloadAt);
  return { key, token, createdAt, ttlMs, graceMs, marks, payload };
}

type Fields = [version: string, kind: string, token: string, ...rest: string[]];

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
