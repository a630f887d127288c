import { TestbedError } from "../errors.ts";
import type { NullForm, RespEntry, RespValue } from "./value.ts";

/** Values may be nested this deep: Redis's own replies stay below ten. */
export const DEPTH_MAX = 64;

/**
 * Decodes one whole reply, as delimited by the framer.
 *
 * @throws TestbedError `PROTOCOL` for what the framer cannot see, such as a boolean of `x`;
 * `LIMIT` when values are nested deeper than {@link DEPTH_MAX}.
 */
export function decodeReply(bytes: Buffer): RespValue {
  return readValue({ bytes, offset: 0 }, 0);
}

interface Cursor {
  readonly bytes: Buffer;
  offset: number;
}

function readValue(cursor: Cursor, depth: number): RespValue {
  if (depth > DEPTH_MAX) {
    throw new TestbedError("LIMIT", `a reply is nested deeper than ${DEPTH_MAX}`);
  }
  const line = readLine(cursor);
  const mark = line[0] ?? "";
  const text = line.slice(1);
  switch (mark) {
    case "+":
      return { type: "simple", value: text };
    case "-":
      return { type: "error", value: text };
    case ":":
      return { type: "integer", value: toBigInt(text) };
    case ",":
      return { type: "double", value: toDouble(text) };
    case "#":
      return { type: "boolean", value: toBoolean(text) };
    case "(":
      return { type: "big-number", value: toBigInt(text) };
    case "_":
      return { type: "null", form: "resp3" };
    case "$":
    case "!":
    case "=":
      return readBulk(cursor, mark, Number(text));
    default:
      return readAggregate(cursor, mark, Number(text), depth);
  }
}

function readBulk(cursor: Cursor, mark: "$" | "!" | "=", length: number): RespValue {
  if (length === -1) return nullOf("bulk");
  const value = cursor.bytes.subarray(cursor.offset, cursor.offset + length);
  cursor.offset += length + 2;
  if (mark === "$") return { type: "bulk", value };
  if (mark === "!") return { type: "bulk-error", value };
  if (value[3] !== 58) throw new TestbedError("PROTOCOL", "a verbatim string names no format");
  return {
    type: "verbatim",
    format: value.toString("latin1", 0, 3),
    value: value.subarray(4),
  };
}

function readAggregate(cursor: Cursor, mark: string, length: number, depth: number): RespValue {
  if (length === -1) return nullOf("array");
  switch (mark) {
    case "*":
      return { type: "array", value: readValues(cursor, length, depth) };
    case "~":
      return { type: "set", value: readValues(cursor, length, depth) };
    case ">":
      return { type: "push", value: readValues(cursor, length, depth) };
    case "%":
      return { type: "map", value: readEntries(cursor, length, depth) };
    default: {
      const attributes = readEntries(cursor, length, depth);
      return { type: "attribute", attributes, value: readValue(cursor, depth + 1) };
    }
  }
}

function readValues(cursor: Cursor, length: number, depth: number): RespValue[] {
  const values: RespValue[] = [];
  for (let index = 0; index < length; index++) values.push(readValue(cursor, depth + 1));
  return values;
}

function readEntries(cursor: Cursor, length: number, depth: number): RespEntry[] {
  const entries: RespEntry[] = [];
  for (let index = 0; index < length; index++) {
    entries.push([readValue(cursor, depth + 1), readValue(cursor, depth + 1)]);
  }
  return entries;
}

function readLine(cursor: Cursor): string {
  const end = cursor.bytes.indexOf(10, cursor.offset);
  const line = cursor.bytes.toString("utf8", cursor.offset, end - 1);
  cursor.offset = end + 1;
  return line;
}

function nullOf(form: NullForm): RespValue {
  return { type: "null", form };
}

function toBigInt(text: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw new TestbedError("PROTOCOL", "an integer is no number");
  return BigInt(text.replace(/^\+/, ""));
}

function toDouble(text: string): number {
  if (/^[+-]?inf$/i.test(text)) {
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (/^-?nan$/i.test(text)) return Number.NaN;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    throw new TestbedError("PROTOCOL", "a double is no number");
  }
  return Number(text);
}

function toBoolean(text: string): boolean {
  if (text !== "t" && text !== "f")
    throw new TestbedError("PROTOCOL", "a boolean is neither t nor f");
  return text === "t";
}
