import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Window } from "./window.ts";
import { WordSet } from "./word-set.ts";

it("tells what a search for each word tells", () => {
  const letters = fc.constantFrom("a", "b", " ", "A");
  const words = fc.uniqueArray(fc.string({ unit: letters, minLength: 6, maxLength: 9 }), {
    minLength: 1,
    maxLength: 6,
  });
  void fc.assert(
    fc.property(words, fc.string({ unit: letters, maxLength: 60 }), (set, text) => {
      expect(new WordSet(set).occursIn(text)).toBe(set.some((word) => text.includes(word)));
    }),
    { numRuns: 2000 },
  );
  expect(() => new WordSet(["short"])).toThrow(RangeError);
});

it("numbers lines as counting does, wherever it begins", () => {
  const bytes = fc
    .uint8Array({ maxLength: 60 })
    .map((all) => all.map((byte) => (byte % 3 === 0 ? 10 : byte)));
  void fc.assert(
    fc.property(bytes, fc.nat(60), fc.nat(60), (content, discarded, at) => {
      const window = new Window(64);
      window.end = Buffer.from(content).copy(window.bytes);
      const from = Math.min(discarded, window.end);
      window.discard(from);
      const place = Math.min(at, window.end);
      const before = content.slice(0, from + place).filter((byte) => byte === 10).length;
      expect(window.lineNumber(place)).toBe(before + 1);
    }),
    { numRuns: 1000 },
  );
});
