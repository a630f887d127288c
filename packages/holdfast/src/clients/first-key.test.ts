import { describe, expect, it } from "vitest";
import { firstKeyOf } from "./first-key.ts";

describe("firstKeyOf", () => {
  it.each([
    [["GET", "k"], "k"],
    [["set", "k", "v"], "k"],
    [["EVALSHA", "sha", "2", "k1", "k2", "a"], "k1"],
    [["EVAL", "return 1", "0"], undefined],
    [["PING"], undefined],
    [["SCRIPT", "LOAD", "x"], undefined],
    [["XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "STREAMS", "s", ">"], "s"],
    [["ZMPOP", "1", "z", "MIN"], "z"],
    [["BLMPOP", "1", "1", "l", "LEFT"], "l"],
    [["XGROUP", "CREATE", "s", "g", "$"], "s"],
  ])("of %j is %j", (args, key) => {
    expect(firstKeyOf(args)).toBe(key);
  });

  it("takes a key of bytes as it is", () => {
    const key = Buffer.from([0xff]);
    expect(firstKeyOf(["GET", key])).toBe(key);
  });
});
