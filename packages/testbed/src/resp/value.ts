import { ReplyError } from "../errors.ts";

/** A reply of RESP 2 or 3 with nothing lost: encoding it again gives the same bytes' meaning. */
export type RespValue =
  | { readonly type: "simple"; readonly value: string }
  | { readonly type: "error"; readonly value: string }
  | { readonly type: "integer"; readonly value: bigint }
  | { readonly type: "bulk"; readonly value: Buffer }
  | { readonly type: "null"; readonly form: NullForm }
  | { readonly type: "array"; readonly value: readonly RespValue[] }
  | { readonly type: "set"; readonly value: readonly RespValue[] }
  | { readonly type: "push"; readonly value: readonly RespValue[] }
  | { readonly type: "map"; readonly value: readonly RespEntry[] }
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "big-number"; readonly value: bigint }
  | { readonly type: "bulk-error"; readonly value: Buffer }
  | { readonly type: "verbatim"; readonly format: string; readonly value: Buffer }
  | {
      readonly type: "attribute";
      readonly attributes: readonly RespEntry[];
      readonly value: RespValue;
    };

export type RespEntry = readonly [key: RespValue, value: RespValue];

/** RESP 2 has a null bulk string and a null array, RESP 3 one null for all. */
export type NullForm = "bulk" | "array" | "resp3";

/** A reply as a test reads it. */
export type PlainReply =
  | string
  | number
  | bigint
  | boolean
  | null
  | ReplyError
  | PlainReply[]
  | Map<PlainReply, PlainReply>;

/** Strings as UTF-8, integers as numbers where they are safe, errors as {@link ReplyError}. */
export function toPlain(reply: RespValue): PlainReply {
  switch (reply.type) {
    case "simple":
    case "double":
    case "boolean":
    case "big-number":
      return reply.value;
    case "integer":
      return Number.isSafeInteger(Number(reply.value)) ? Number(reply.value) : reply.value;
    case "bulk":
    case "verbatim":
      return reply.value.toString();
    case "error":
      return new ReplyError(reply.value);
    case "bulk-error":
      return new ReplyError(reply.value.toString());
    case "null":
      return null;
    case "array":
    case "set":
    case "push":
      return reply.value.map(toPlain);
    case "map":
      return new Map(reply.value.map(([key, value]) => [toPlain(key), toPlain(value)]));
    case "attribute":
      return toPlain(reply.value);
  }
}
