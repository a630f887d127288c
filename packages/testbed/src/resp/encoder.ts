import { TestbedError } from "../errors.ts";
import type { NullForm, RespEntry, RespValue } from "./value.ts";

const LINE_END: Buffer = Buffer.from("\r\n");

const nulls: Readonly<Record<NullForm, string>> = {
  bulk: "$-1\r\n",
  array: "*-1\r\n",
  resp3: "_\r\n",
};

/** One argument of a command; a number is sent as its decimal text. */
export type CommandArgument = string | number | Buffer;

/** A command as every Redis takes it: an array of bulk strings. */
export function encodeCommand(args: readonly CommandArgument[]): Buffer {
  const bulks = args.flatMap((argument) =>
    bulk("$", Buffer.isBuffer(argument) ? argument : Buffer.from(String(argument))),
  );
  return Buffer.concat([line(`*${args.length}`), ...bulks]);
}

/**
 * A reply as a server sends it.
 *
 * @throws TestbedError `PROTOCOL` when a simple string or an error contains a line break, or a
 * verbatim string's format is not three characters long.
 */
export function encodeReply(reply: RespValue): Buffer {
  return Buffer.concat(partsOf(reply));
}

function partsOf(reply: RespValue): Buffer[] {
  switch (reply.type) {
    case "simple":
      return [line(`+${reply.value}`)];
    case "error":
      return [line(`-${reply.value}`)];
    case "integer":
      return [line(`:${reply.value}`)];
    case "double":
      return [line(`,${doubleText(reply.value)}`)];
    case "boolean":
      return [line(reply.value ? "#t" : "#f")];
    case "big-number":
      return [line(`(${reply.value}`)];
    case "null":
      return [Buffer.from(nulls[reply.form])];
    case "bulk":
      return bulk("$", reply.value);
    case "bulk-error":
      return bulk("!", reply.value);
    case "verbatim":
      if (reply.format.length !== 3) throw unencodable("a verbatim format has three characters");
      return bulk("=", Buffer.concat([Buffer.from(`${reply.format}:`), reply.value]));
    case "array":
      return list("*", reply.value);
    case "set":
      return list("~", reply.value);
    case "push":
      return list(">", reply.value);
    case "map":
      return pairs("%", reply.value);
    case "attribute":
      return [...pairs("|", reply.attributes), ...partsOf(reply.value)];
  }
}

function line(text: string): Buffer {
  if (/[\r\n]/.test(text)) throw unencodable("a simple string cannot contain a line break");
  return Buffer.from(`${text}\r\n`);
}

function bulk(mark: string, payload: Buffer): Buffer[] {
  return [line(`${mark}${payload.length}`), payload, LINE_END];
}

function list(mark: string, values: readonly RespValue[]): Buffer[] {
  return [line(`${mark}${values.length}`), ...values.flatMap(partsOf)];
}

function pairs(mark: string, entries: readonly RespEntry[]): Buffer[] {
  const values = entries.flatMap((entry) => entry.flatMap(partsOf));
  return [line(`${mark}${entries.length}`), ...values];
}

function doubleText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (value === Number.NEGATIVE_INFINITY) return "-inf";
  if (Number.isNaN(value)) return "nan";
  return Object.is(value, -0) ? "-0" : String(value);
}

function unencodable(what: string): TestbedError {
  return new TestbedError("PROTOCOL", what);
}
