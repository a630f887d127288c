import fc from "fast-check";
import type { RespEntry, RespValue } from "../../src/resp/value.ts";

const text = fc
  .string({ unit: "grapheme", maxLength: 20 })
  .map((raw) => raw.replace(/[\r\n]/g, ""));
const bytes = fc.uint8Array({ maxLength: 40 }).map((raw) => Buffer.from(raw));
const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const format = fc.constantFrom("txt", "mkd");

/** Every kind of RESP 2 and 3 reply, nested and empty ones included. */
export const anyReply: fc.Arbitrary<RespValue> = fc.letrec<{ reply: RespValue; entry: RespEntry }>(
  (tie) => ({
    entry: fc.tuple(tie("reply"), tie("reply")),
    reply: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      text.map((value): RespValue => ({ type: "simple", value })),
      text.map((value): RespValue => ({ type: "error", value })),
      integer.map((value): RespValue => ({ type: "integer", value })),
      bytes.map((value): RespValue => ({ type: "bulk", value })),
      fc.constantFrom<RespValue>(
        { type: "null", form: "bulk" },
        { type: "null", form: "array" },
        { type: "null", form: "resp3" },
      ),
      fc.double().map((value): RespValue => ({ type: "double", value })),
      fc.boolean().map((value): RespValue => ({ type: "boolean", value })),
      fc.bigInt().map((value): RespValue => ({ type: "big-number", value })),
      bytes.map((value): RespValue => ({ type: "bulk-error", value })),
      fc
        .tuple(format, bytes)
        .map(([name, value]): RespValue => ({ type: "verbatim", format: name, value })),
      fc
        .array(tie("reply"), { maxLength: 4 })
        .chain((value) =>
          fc.constantFrom<RespValue>(
            { type: "array", value },
            { type: "set", value },
            { type: "push", value },
          ),
        ),
      fc.array(tie("entry"), { maxLength: 3 }).map((value): RespValue => ({ type: "map", value })),
      fc
        .tuple(fc.array(tie("entry"), { maxLength: 2 }), tie("reply"))
        .map(([attributes, value]): RespValue => ({ type: "attribute", attributes, value })),
    ),
  }),
).reply;

/** The same bytes in pieces of any size, empty ones and single bytes included. */
export function cutAt(stream: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let from = 0;
  for (const size of sizes) {
    chunks.push(stream.subarray(from, from + size));
    from += size;
  }
  chunks.push(stream.subarray(from));
  return chunks;
}

export const anySizes: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 0, max: 12 }), {
  maxLength: 60,
});
