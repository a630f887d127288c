import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LiteralSet } from "./literal-set.ts";

describe("LiteralSet", () => {
  it("tells what a search for each literal tells", () => {
    const letters = fc.constantFrom("a", "b", " ", "A");
    // Folded text as signs have it: it begins with a word of five letters, and spaces are single.
    const literal = fc
      .tuple(
        fc.string({ unit: fc.constantFrom("a", "b"), minLength: 5, maxLength: 6 }),
        fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 5 }),
      )
      .map((parts) => parts.join("").replace(/ +/g, " "));
    const literals = fc.uniqueArray(literal, { minLength: 1, maxLength: 6 });
    const texts = fc.string({ unit: letters, maxLength: 40 });
    void fc.assert(
      fc.property(literals, texts, (set, text) => {
        const folded = text.toLowerCase().replace(/ +/g, " ");
        const expected = set.some((literal) => folded.includes(literal));
        expect(new LiteralSet(set).occursIn(text)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("finds a literal at the very beginning and end, in either case and over a line break", () => {
    const set = new LiteralSet(["connection closed", "econn"]);
    for (const text of [
      "econn",
      "ECONN",
      "x econn",
      "Connection\nclosed",
      "connection\tclosed.",
      "connection  \r\n    closed",
      "connection\\n    closed",
    ]) {
      expect(set.occursIn(text)).toBe(true);
    }
    for (const text of [
      "",
      "econ",
      "con",
      "connectionclosed",
      `connection${" ".repeat(400)}closed`,
      "conne\u0103ion closed",
      "\u0165conn",
    ]) {
      expect(set.occursIn(text)).toBe(false);
    }
  });

  it("refuses literals that its windows cannot hold", () => {
    expect(() => new LiteralSet(["four"])).toThrow(RangeError);
  });
});
