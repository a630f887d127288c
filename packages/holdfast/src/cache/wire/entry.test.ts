import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEntry, encodeEntry, headerOf, type WireEntry } from "./entry.ts";

const entry: WireEntry = {
  token: "aB3-_x9Qz12",
  createdAt: 1_732_400_000_123,
  ttlMs: 60_000,
  graceMs: 30_000,
  marks: [["", "root1"]],
  payload: '{"id":"42"}',
};

// What released versions have written. Never change a line: add one for a new version.
const snapshots: readonly (readonly [name: string, text: string, entry: WireEntry])[] = [
  ["a value", 'H1 v aB3-_x9Qz12 1732400000123 60000 30000 11 =root1\n{"id":"42"}', entry],
  [
    "a value with tags and blanks, and line ends in its payload",
    "H1 v t 1 2 0 5 =e&%40users%3A=u&%23red%20%26%20blue%3D=r\na\nb\n ",
    {
      token: "t",
      createdAt: 1,
      ttlMs: 2,
      graceMs: 0,
      marks: [
        ["", "e"],
        ["@users:", "u"],
        ["#red & blue=", "r"],
      ],
      payload: "a\nb\n ",
    },
  ],
  [
    "that there is none",
    "H1 n t 1732400000123 5000 0 0 \n",
    { ...entry, token: "t", ttlMs: 5_000, graceMs: 0, marks: [], payload: undefined },
  ],
];

describe("the stored form", () => {
  it.each(snapshots)("is as it was released: %s", (_, text, value) => {
    expect(encodeEntry(value)).toBe(text);
    expect(decodeEntry(text)).toEqual(value);
  });

  it("gives back whatever was stored", () => {
    const entries = fc.record({
      token: fc.stringMatching(/^[\w-]{1,16}$/),
      createdAt: fc.nat(2 ** 31),
      ttlMs: fc.nat(2 ** 31),
      graceMs: fc.nat(2 ** 31),
      marks: fc.array(fc.tuple(fc.string(), fc.stringMatching(/^[\w-]{1,12}$/)), { maxLength: 4 }),
      payload: fc.option(fc.string({ unit: "grapheme" }), { nil: undefined }),
    });
    fc.assert(
      fc.property(entries, (value) => {
        expect(decodeEntry(encodeEntry(value))).toEqual(value);
      }),
    );
  });

  it("is not read when it was cut anywhere", () => {
    const text = encodeEntry(entry);
    for (let length = 0; length < text.length; length++) {
      expect(decodeEntry(text.slice(0, length))).toBeUndefined();
    }
  });

  it.each([
    ["another version's", "H2 v t 1 2 3 2 \n{}"],
    ["another program's", '{"id":"42"}'],
    ["of an unknown kind", "H1 x t 1 2 3 2 \n{}"],
    ["without a token", "H1 v  1 2 3 2 \n{}"],
    ["with a number that is none", "H1 v t 1 2e 3 2 \n{}"],
    ["with a negative number", "H1 v t 1 -2 3 2 \n{}"],
    ["with a number beyond all clocks", "H1 v t 9999999999999999 2 3 2 \n{}"],
    ["with a mark that has no token", "H1 v t 1 2 3 2 abc\n{}"],
    ["with a mark that is not encoded", "H1 v t 1 2 3 2 %=x\n{}"],
    ["with a field too many", "H1 v t 1 2 3 2  \n{}"],
  ])("is not read when it is %s", (_, text) => {
    expect(decodeEntry(text)).toBeUndefined();
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(fc.property(fc.string(), (text) => void decodeEntry(`H1 ${text}`)));
  });

  it("begins with a line that no other store has", () => {
    expect(headerOf(encodeEntry(entry))).not.toBe(headerOf(encodeEntry({ ...entry, token: "b" })));
  });
});
