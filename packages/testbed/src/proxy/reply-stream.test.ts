import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyReply, anySizes, cutAt } from "../../test/support/resp-arbitraries.ts";
import { encodeReply } from "../resp/encoder.ts";
import { ReplyStream } from "./reply-stream.ts";

describe("ReplyStream", () => {
  it("cuts between replies, wherever the reads were cut", () => {
    fc.assert(
      fc.property(fc.array(anyReply, { maxLength: 5 }), anySizes, (replies, sizes) => {
        const stream = new ReplyStream();
        const encoded = replies.map(encodeReply);
        const pieces = cutAt(Buffer.concat(encoded), sizes).flatMap((chunk) => stream.cut(chunk));
        const rebuilt: Buffer[] = [];
        for (const { bytes, first, last } of pieces) {
          rebuilt.push(first ? bytes : Buffer.concat([rebuilt.pop() ?? Buffer.alloc(0), bytes]));
          if (last) expect(rebuilt.at(-1)).toEqual(encoded[rebuilt.length - 1]);
        }
        expect(rebuilt).toEqual(encoded);
        expect(stream.replies).toBe(replies.length);
      }),
    );
  });

  it("loses and adds no byte of anything, RESP or not", () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 20 }).map((raw) => Buffer.from(raw)));
    fc.assert(
      fc.property(chunks, (given) => {
        const stream = new ReplyStream();
        const cut = given.flatMap((chunk) => stream.cut(chunk)).map(({ bytes }) => bytes);
        expect(Buffer.concat(cut)).toEqual(Buffer.concat(given));
      }),
    );
  });

  it("knows where it is when it begins to cut in the middle of a reply", () => {
    const stream = new ReplyStream();
    stream.skip(Buffer.from("+OK\r\n$10\r\n01234"));
    const pieces = stream.cut(Buffer.from("56789\r\n:1\r\n"));
    expect(pieces.map(({ bytes, first, last }) => [bytes.toString(), first, last])).toEqual([
      ["56789\r\n", false, true],
      [":1\r\n", true, true],
    ]);
    expect(stream.replies).toBe(3);
  });

  it("takes what is no RESP as replies that are one read each", () => {
    const stream = new ReplyStream();
    stream.skip(Buffer.of(0x16, 3, 1));
    expect(stream.cut(Buffer.from("+OK\r\n+OK\r\n"))).toMatchObject([{ first: true, last: true }]);
  });
});
