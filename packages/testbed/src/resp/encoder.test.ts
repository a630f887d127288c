import { describe, expect, it } from "vitest";
import { encodeCommand, encodeReply } from "./encoder.ts";

describe("encodeCommand", () => {
  it("sends every argument as a bulk string of its bytes", () => {
    expect(encodeCommand(["SET", "ключ", 12, Buffer.of(0, 255)]).toString("latin1")).toBe(
      `*4\r\n$3\r\nSET\r\n$8\r\n${Buffer.from("ключ").toString("latin1")}\r\n$2\r\n12\r\n$2\r\n\0\xff\r\n`,
    );
  });
});

describe("encodeReply", () => {
  it.each(["a\r\nb", "a\nb", "\r"])("refuses the line break in %j", (value) => {
    expect(() => encodeReply({ type: "simple", value })).toThrow(
      expect.objectContaining({ code: "PROTOCOL" }),
    );
    expect(() => encodeReply({ type: "error", value })).toThrow(/line break/);
  });

  it("refuses a verbatim format that is not three characters long", () => {
    expect(() => encodeReply({ type: "verbatim", format: "text", value: Buffer.alloc(0) })).toThrow(
      /three characters/,
    );
  });
});
