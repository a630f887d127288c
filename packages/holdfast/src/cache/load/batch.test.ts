import { describe, expect, it } from "vitest";
import { FakeClock, settle } from "../../../test/support/fake-clock.ts";
import { Counters } from "../stats.ts";
import { BatchLoad } from "./batch.ts";
import { LoadPool } from "./pool.ts";

function scene() {
  const asked: (readonly string[])[] = [];
  const counters = new Counters();
  const pool = new LoadPool({ timeoutMs: 1_000, maxConcurrent: 1, maxQueue: 9 }, new FakeClock());
  const batch = new BatchLoad({
    pool,
    counters,
    loader: (missing) => {
      asked.push(missing);
      return new Map(missing.map((key) => [key, `v-${key}`]));
    },
    keys: new Map([
      ["@n:a", "a"],
      ["@n:b", "b"],
      ["@n:c", "c"],
    ]),
  });
  return { batch, asked, counters };
}

describe("the load of many keys", () => {
  it("waits until each of them is decided, and asks by the caller's names", async () => {
    const { batch, asked, counters } = scene();
    const a = batch.load("@n:a");
    batch.leave("@n:b");
    await settle();
    expect(asked).toEqual([]);
    const c = batch.load("@n:c");
    expect(await Promise.all([a, c])).toEqual(["v-a", "v-c"]);
    expect(asked).toEqual([["a", "c"]]);
    expect(counters.loads).toBe(1);
  });

  it("asks for nothing when no key needs it", async () => {
    const { batch, asked } = scene();
    for (const id of ["@n:a", "@n:b", "@n:c", "@n:c"]) batch.leave(id);
    await settle();
    expect(asked).toEqual([]);
  });

  it("loads a key that comes to need it later", async () => {
    const { batch, asked } = scene();
    batch.leave("@n:b");
    batch.leave("@n:c");
    expect(await batch.load("@n:a")).toBe("v-a");
    expect(await batch.load("@n:b")).toBe("v-b");
    expect(asked).toEqual([["a"], ["b"]]);
  });
});
