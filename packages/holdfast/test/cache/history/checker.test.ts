import { describe, expect, it } from "vitest";
import { type Change, type Event, type Read, staleReads } from "./checker.ts";

const change = (more: Partial<Change> = {}): Change => ({
  kind: "change",
  process: "a",
  key: "k",
  version: 2,
  how: "delete",
  outcome: "applied",
  endedAt: 1_000,
  ...more,
});
const read = (more: Partial<Read> = {}): Read => ({
  kind: "read",
  process: "b",
  key: "k",
  version: 1,
  startedAt: 1_101,
  ...more,
});

describe("the checker of histories", () => {
  const found: readonly (readonly [string, readonly Event[], number])[] = [
    ["a stale read after the bound", [change(), read()], 1],
    ["none within it", [change(), read({ startedAt: 1_099 })], 0],
    ["none of a new value", [change(), read({ version: 2 })], 0],
    ["none of another key", [change(), read({ key: "other" })], 0],
    [
      "one of the changing process at once",
      [change(), read({ process: "a", startedAt: 1_001 })],
      1,
    ],
    [
      "one of the changing process while its change is queued",
      [change({ outcome: "queued" }), read({ process: "a", startedAt: 1_001 })],
      1,
    ],
    ["none of others while it is queued", [change({ outcome: "queued" }), read()], 0],
    [
      "one of others after it has recovered",
      [change({ outcome: "queued" }), { kind: "recovery", process: "a", at: 1_000 }, read()],
      1,
    ],
    [
      "none after the recovery of another process, or an earlier one",
      [
        change({ outcome: "queued" }),
        { kind: "recovery", process: "b", at: 1_000 },
        { kind: "recovery", process: "a", at: 999 },
        read(),
      ],
      0,
    ],
  ];
  it.each(found)("finds %s", (_, events, count) => {
    expect(staleReads(events, 100)).toHaveLength(count);
  });
});
