import { describe, expect, it } from "vitest";
import { settle } from "../../../test/support/fake-clock.ts";
import type { MemoryEntry } from "../memory.ts";
import { OwnStores } from "./own-stores.ts";

function entry(): MemoryEntry {
  return {
    value: 1,
    createdAt: 0,
    freshUntil: 100,
    staleUntil: 100,
    verifiedAt: 5,
    marks: [],
    marksVersion: 0,
    retryAt: 0,
    answer: undefined,
    bytes: 0,
  };
}

/** Word of changes, with a Redis that holds what the test says. */
function scene(readStart: () => Promise<string>) {
  const foreign: string[] = [];
  const stores = new OwnStores({ readStart, now: () => 50, onForeign: (id) => foreign.push(id) });
  return { stores, foreign };
}

describe("word of a changed key", () => {
  it("is another's when nothing was stored here", () => {
    const { stores, foreign } = scene(async () => "");
    stores.changed("k");
    expect(foreign).toEqual(["k"]);
  });

  it("is this process's own when Redis has what was stored, which then counts as checked", async () => {
    const { stores, foreign } = scene(async () => "H1 v mine");
    const stored = entry();
    stores.add("k", stored, "H1 v mine");
    stores.changed("k");
    expect(stored.verifiedAt).toBe(Number.NEGATIVE_INFINITY);
    await settle();
    expect(stored.verifiedAt).toBe(50);
    expect(foreign).toEqual([]);
  });

  it("is another's when Redis has something else by then", async () => {
    const { stores, foreign } = scene(async () => "H1 v theirs");
    const stored = entry();
    stores.add("k", stored, "H1 v mine");
    stores.changed("k");
    await settle();
    expect(foreign).toEqual(["k"]);
    expect(stored.verifiedAt).toBe(Number.NEGATIVE_INFINITY);
  });

  it("leaves the value unchecked when Redis cannot be asked", async () => {
    const { stores, foreign } = scene(() => Promise.reject(new Error("gone")));
    const stored = entry();
    stores.add("k", stored, "H1 v mine");
    stores.changed("k");
    await settle();
    expect(stored.verifiedAt).toBe(Number.NEGATIVE_INFINITY);
    expect(foreign).toEqual([]);
  });

  it("counts for one store only, and for none from before a gap", () => {
    const { stores, foreign } = scene(async () => "H1 v mine");
    stores.add("once", entry(), "H1 v mine");
    stores.changed("once");
    stores.changed("once");
    stores.add("before", entry(), "H1 v mine");
    stores.clear();
    stores.changed("before");
    expect(foreign).toEqual(["once", "before"]);
  });
});
