import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEntry, encodeEntry, headerOf, type WireEntry } from "./entry.ts";

const entry: WireEntry = {
  key: "shop:v:{#p:42}",
  token: "aB3-_x9Qz12",
  createdAt: 1_732_400_000_123,
  ttlMs: 60_000,
  graceMs: 30_000,
  marks: [["", "root1"]],
  payload: '{"id":"42"}',
};

// What versions have written. Never change a line: add one for a new version.
const snapshots: readonly (readonly [name: string, text: string, entry: WireEntry])[] = [
  [
    "a value",
    'H2 v aB3-_x9Qz12 1732400000123 60000 30000 14 11 =root1\nshop:v:{#p:42}{"id":"42"}',
    entry,
  ],
  [
    "a value with tags and blanks, and line ends in its payload",
    "H2 v t 1 2 0 3 5 =e&%40users%3A=u&%23red%20%26%20blue%3D=r\nk\n a\nb\n ",
    {
      key: "k\n ",
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
    "H2 n t 1732400000123 5000 0 14 0 \nshop:v:{#p:42}",
    { ...entry, token: "t", ttlMs: 5_000, graceMs: 0, marks: [], payload: undefined },
  ],
];

/** Version 1 did not name the key, so that a reply out of step could not be told: it is a miss. */
const snapshotsOfVersion1: readonly string[] = [
  'H1 v aB3-_x9Qz12 1732400000123 60000 30000 11 =root1\n{"id":"42"}',
  "H1 v t 1 2 0 5 =e&%40users%3A=u&%23red%20%26%20blue%3D=r\na\nb\n ",
  "H1 n t 1732400000123 5000 0 0 \n",
];

describe("the stored form", () => {
  it.each(snapshotsOfVersion1)("of version 1 is not read: %j", (text) => {
    expect(decodeEntry(text)).toBeUndefined();
  });

  it.each(snapshots)("is as it was released: %s", (_, text, value) => {
    expect(encodeEntry(value)).toBe(text);
    expect(decodeEntry(text)).toEqual(value);
  });

  it("gives back whatever was stored", () => {
    const entries = fc.record({
      key: fc.string({ unit: "grapheme" }),
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
    ["another version's", "H9 v t 1 2 3 1 2 \nk{}"],
    ["another program's", '{"id":"42"}'],
    ["of an unknown kind", "H2 x t 1 2 3 1 2 \nk{}"],
    ["without a token", "H2 v  1 2 3 1 2 \nk{}"],
    ["with a number that is none", "H2 v t 1 2e 3 1 2 \nk{}"],
    ["with a negative number", "H2 v t 1 -2 3 1 2 \nk{}"],
    ["with a number beyond all clocks", "H2 v t 9999999999999999 2 3 1 2 \nk{}"],
    ["with a mark that has no token", "H2 v t 1 2 3 1 2 abc\nk{}"],
    ["with a mark that is not encoded", "H2 v t 1 2 3 1 2 %=x\nk{}"],
    ["with a key longer than all of it", "H2 v t 1 2 3 9 2 \nk{}"],
    ["with a field too many", "H2 v t 1 2 3 1 2  \nk{}"],
  ])("is not read when it is %s", (_, text) => {
    expect(decodeEntry(text)).toBeUndefined();
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(fc.property(fc.string(), (text) => void decodeEntry(`H2 ${text}`)));
  });

  it("begins with a line that no other store has", () => {
    expect(headerOf(encodeEntry(entry))).not.toBe(headerOf(encodeEntry({ ...entry, token: "b" })));
  });
});
