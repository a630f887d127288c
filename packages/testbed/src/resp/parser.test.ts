import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyReply, anySizes, cutAt } from "../../test/support/resp-arbitraries.ts";
import { DEPTH_MAX } from "./decoder.ts";
import { encodeReply } from "./encoder.ts";
import { ReplyParser } from "./parser.ts";
import { toPlain } from "./value.ts";

function parse(text: string): unknown[] {
  return new ReplyParser().push(Buffer.from(text)).map(toPlain);
}

describe("ReplyParser", () => {
  it("reads back whatever was encoded, however it was cut", () => {
    fc.assert(
      fc.property(fc.array(anyReply, { maxLength: 5 }), anySizes, (replies, sizes) => {
        const parser = new ReplyParser();
        const stream = Buffer.concat(replies.map(encodeReply));
        const parsed = cutAt(stream, sizes).flatMap((chunk) => parser.push(chunk));
        expect(parsed).toEqual(replies);
        expect(parser.midReply).toBe(false);
      }),
    );
  });

  it("reads back whatever was encoded, byte by byte", () => {
    fc.assert(
      fc.property(anyReply, (reply) => {
        const parser = new ReplyParser();
        const parsed = [...encodeReply(reply)].flatMap((byte) => parser.push(Buffer.of(byte)));
        expect(parsed).toEqual([reply]);
      }),
    );
  });

  it("either parses any bytes or says that they are no RESP", () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(..."*$%|>:+-1029\r\n_#t,"), maxLength: 60 }),
    );
    fc.assert(
      fc.property(hostile, anySizes, (stream, sizes) => {
        const parser = new ReplyParser();
        try {
          for (const chunk of cutAt(Buffer.from(stream), sizes)) parser.push(chunk);
        } catch (error) {
          expect(error).toMatchObject({ name: "TestbedError" });
        }
      }),
      { numRuns: 500 },
    );
  });

  it("reads the replies of RESP 2 as values", () => {
    expect(parse("+OK\r\n:-7\r\n$5\r\nh\r\nlo\r\n$-1\r\n*-1\r\n*2\r\n$0\r\n\r\n*0\r\n")).toEqual([
      "OK",
      -7,
      "h\r\nlo",
      null,
      null,
      ["", []],
    ]);
    expect(parse("-WRONGTYPE Operation\r\n")).toMatchObject([
      { prefix: "WRONGTYPE", message: "WRONGTYPE Operation", code: "REPLY" },
    ]);
  });

  it("reads the replies of RESP 3 as values", () => {
    expect(parse("%1\r\n+a\r\n:1\r\n_\r\n#t\r\n#f\r\n,1.5\r\n,inf\r\n,-inf\r\n(123\r\n")).toEqual([
      new Map([["a", 1]]),
      null,
      true,
      false,
      1.5,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      123n,
    ]);
    expect(parse("=8\r\ntxt:text\r\n~1\r\n:1\r\n>1\r\n+p\r\n|1\r\n+k\r\n+v\r\n:9\r\n")).toEqual([
      "text",
      [1],
      ["p"],
      9,
    ]);
    expect(parse("!9\r\nERR a\r\nbc\r\n")).toMatchObject([{ prefix: "ERR", code: "REPLY" }]);
  });

  it("keeps integers that a number cannot hold", () => {
    expect(parse(":9223372036854775807\r\n")).toEqual([9_223_372_036_854_775_807n]);
  });

  it.each([
    ["an unknown mark", "?1\r\n"],
    ["a length that is no number", "$x\r\n"],
    ["a length without digits", "$\r\n"],
    ["a length below -1", "$-2\r\n"],
    ["a negative map", "%-1\r\n"],
    ["a length above Redis's own limit", "$536870913\r\n"],
    ["more values than a length may say", "*536870912\r\n*536870912\r\n"],
    ["a payload longer than announced", "$1\r\nab\r\n"],
    ["a payload without its end", "$1\r\nax\n"],
    ["a line feed alone", "+OK\n"],
    ["a length that ends badly", "$1\rx"],
    ["an integer that is none", ":abc\r\n"],
    ["a boolean that is none", "#x\r\n"],
    ["a double that is none", ",1.x\r\n"],
    ["a verbatim string without its format", "=3\r\nabc\r\n"],
  ])("refuses %s", (_, text) => {
    expect(() => new ReplyParser().push(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: "PROTOCOL" }),
    );
  });

  it("keeps no reply that is longer than its limit", () => {
    const parser = new ReplyParser({ replyMaxBytes: 16 });
    expect(parser.push(Buffer.from("$9\r\n123456789\r\n+1234567890123\r\n"))).toHaveLength(2);
    expect(() => parser.push(Buffer.from("+12345678901234\r\n"))).toThrow(
      expect.objectContaining({ code: "LIMIT" }),
    );
    const piecemeal = new ReplyParser({ replyMaxBytes: 16 });
    expect(() => {
      for (let index = 0; index < 17; index++) piecemeal.push(Buffer.from(index === 0 ? "+" : "x"));
    }).toThrow(expect.objectContaining({ code: "LIMIT" }));
  });

  it("refuses a limit that cannot hold any reply", () => {
    expect(() => new ReplyParser({ replyMaxBytes: 15 })).toThrow(/replyMaxBytes is 15/);
  });

  it("follows nesting down to its limit and no further", () => {
    const nested = (depth: number): Buffer => Buffer.from(`${"*1\r\n".repeat(depth)}:1\r\n`);
    expect(new ReplyParser().push(nested(DEPTH_MAX))).toHaveLength(1);
    expect(() => new ReplyParser().push(nested(DEPTH_MAX + 1))).toThrow(
      expect.objectContaining({ code: "LIMIT" }),
    );
  });

  it("refuses a line that never ends", () => {
    const parser = new ReplyParser();
    parser.push(Buffer.from(`+${"x".repeat(65_536)}`));
    expect(() => parser.push(Buffer.from("x"))).toThrow(/too long/);
  });

  it("tells whether it is inside a reply", () => {
    const parser = new ReplyParser();
    expect(parser.midReply).toBe(false);
    parser.push(Buffer.from("*2\r\n:1\r\n"));
    expect(parser.midReply).toBe(true);
    parser.push(Buffer.from(":2\r\n"));
    expect(parser.midReply).toBe(false);
  });
});
