import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkKeyText, keyMaxBytes, keyPrefix, qualifiedKey } from "./key.ts";

describe("a key", () => {
  it.each([
    ["empty", ""],
    ["a number", 42],
    ["null", null],
    ["longer than 64 KiB", "a".repeat(keyMaxBytes + 1)],
  ])("that is %s is refused", (_, key) => {
    expect(() => qualifiedKey("", key as string)).toThrowError(
      expect.objectContaining({ code: "HOLDFAST_KEY" }),
    );
  });

  it("of 64 KiB is taken", () => {
    const key = "a".repeat(keyMaxBytes);
    checkKeyText(qualifiedKey("", key));
  });

  it.each([
    ["longer than 64 KiB in UTF-8", "é".repeat(keyMaxBytes / 2 + 1)],
    ["no well-formed text", "a\ud800"],
  ])("that is %s is refused before it is stored", (_, key) => {
    expect(() => checkKeyText(key)).toThrowError(expect.objectContaining({ code: "HOLDFAST_KEY" }));
  });

  it("never appears in the error", () => {
    expect(() => checkKeyText(`secret\ud800`)).not.toThrowError(/secret/);
  });

  it("never meets the key of another namespace", () => {
    const paths = fc.array(fc.stringMatching(/^[\w.-]{1,3}$/), { maxLength: 2 });
    const keys = fc.stringMatching(/^[@:/a.-]{1,6}$/);
    fc.assert(
      fc.property(paths, keys, paths, keys, (pathA, keyA, pathB, keyB) => {
        const isSame = pathA.join("/") === pathB.join("/") && keyA === keyB;
        const a = qualifiedKey(keyPrefix(pathA), keyA);
        const b = qualifiedKey(keyPrefix(pathB), keyB);
        expect(a === b).toBe(isSame);
      }),
      { numRuns: 2_000 },
    );
  });
});
