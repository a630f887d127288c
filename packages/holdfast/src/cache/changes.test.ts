import { describe, expect, it } from "vitest";
import { counting, memoryCache } from "../../test/support/memory-cache.ts";

describe("explicit changes", () => {
  it("set answers at once and outdates a load that is under way", async () => {
    const { cache, clock } = memoryCache();
    const { load } = counting(clock, 10);
    const loading = cache.getOrSet<number>("k", load);
    expect(await cache.set("k", 42, { ttlMs: 500 })).toBe("applied");
    await clock.advance(10);
    expect(await loading).toBe(1);
    expect(await cache.get("k")).toBe(42);
    await clock.advance(500);
    expect(await cache.get("k")).toBeUndefined();
  });

  it.each([undefined, 1n, () => 1])("set refuses %s and changes nothing", async (value) => {
    const { cache } = memoryCache();
    await cache.set("k", "before");
    await expect(cache.set("k", value)).rejects.toMatchObject({ code: "HOLDFAST_VALUE" });
    expect(await cache.get("k")).toBe("before");
  });

  it("delete beats grace, and a load that is under way", async () => {
    const { cache, clock } = memoryCache({ graceMs: 10_000 });
    await cache.set("k", "old");
    await clock.advance(1_000);
    const { load } = counting(clock, 10);
    const loading = cache.getOrSet<unknown>("k", load);
    await cache.delete("k");
    await clock.advance(10);
    expect(await loading).toBe(1);
    expect(await cache.get("k")).toBeUndefined();
    const failing = cache.getOrSet("k", () => Promise.reject(new Error("primary")));
    await expect(failing).rejects.toThrow("primary");
  });

  it("callers who come after a delete do not share the load from before it", async () => {
    const { cache, clock } = memoryCache();
    const { load, calls } = counting(clock, 10);
    const before = cache.getOrSet("k", load);
    await cache.delete("k");
    const after = cache.getOrSet("k", load);
    await clock.advance(10);
    expect([await before, await after]).toEqual([1, 2]);
    expect(calls()).toBe(2);
  });

  it("expire keeps the value for need only, as long as it was to live", async () => {
    const { cache, clock } = memoryCache({ graceMs: 500 });
    await cache.set("k", "old");
    await clock.advance(100);
    expect(await cache.expire("k")).toBe("applied");
    expect(await cache.get("k")).toBeUndefined();
    const failing = () => Promise.reject(new Error("primary"));
    expect(await cache.getOrSet("k", failing)).toBe("old");
    await clock.advance(1_399);
    expect(await cache.getOrSet("k", failing)).toBe("old");
    await clock.advance(1);
    await expect(cache.getOrSet("k", failing)).rejects.toThrow("primary");
    expect(await cache.expire("absent")).toBe("applied");
  });

  it("deleteByTag removes what carries the tag, named by the caller or by the loader", async () => {
    const { cache } = memoryCache({ graceMs: 10_000 });
    await cache.set("a", 1, { tags: ["red", "blue"] });
    await cache.getOrSet("b", ({ tags }) => {
      tags("red");
      return 2;
    });
    await cache.set("c", 3, { tags: ["blue"] });
    expect(await cache.deleteByTag("red")).toBe("applied");
    expect(await cache.get("a")).toBeUndefined();
    expect(await cache.get("b")).toBeUndefined();
    expect(await cache.get("c")).toBe(3);
    const failing = cache.getOrSet("a", () => Promise.reject(new Error("primary")));
    await expect(failing).rejects.toThrow("primary");
  });

  it("a tag of one namespace is not that of another", async () => {
    const { cache } = memoryCache();
    const users = cache.namespace("users");
    await cache.set("k", 1, { tags: ["t"] });
    await users.set("k", 2, { tags: ["t"] });
    await users.deleteByTag("t");
    expect(await cache.get("k")).toBe(1);
    expect(await users.get("k")).toBeUndefined();
  });

  it("clear reaches the namespaces within, and none around", async () => {
    const { cache } = memoryCache();
    const outer = cache.namespace("outer");
    const inner = outer.namespace("inner");
    for (const each of [cache, outer, inner]) await each.set("k", 1);
    await outer.clear();
    expect(await cache.get("k")).toBe(1);
    expect(await outer.get("k")).toBeUndefined();
    expect(await inner.get("k")).toBeUndefined();
    await cache.clear();
    expect(await cache.get("k")).toBeUndefined();
  });

  it("a loader that names more than 64 tags fails", async () => {
    const { cache } = memoryCache();
    const load = cache.getOrSet("k", ({ tags }) => {
      tags(...Array.from({ length: 65 }, (_, index) => `t${index}`));
    });
    await expect(load).rejects.toMatchObject({ code: "HOLDFAST_OPTIONS" });
  });

  it("namespaces nest eight deep, and no deeper", () => {
    let { cache } = memoryCache();
    for (let depth = 0; depth < 8; depth++) cache = cache.namespace("n");
    expect(() => cache.namespace("n")).toThrowError(
      expect.objectContaining({ code: "HOLDFAST_OPTIONS" }),
    );
    expect(() => memoryCache().cache.namespace("a:b")).toThrow(/name/);
  });
});

describe("many keys", () => {
  it("make one load for what is missing, and leave out what there is not", async () => {
    const { cache } = memoryCache();
    await cache.set("a", 1);
    const asked: (readonly string[])[] = [];
    const load = (missing: readonly string[]) => {
      asked.push(missing);
      return new Map([["b", 2]]);
    };
    const found = await cache.getOrSetMany(["a", "b", "b", "c"], load);
    expect(found).toEqual(
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
    );
    expect(asked).toEqual([["b", "c"]]);
    expect(cache.stats().loads.succeeded).toBe(1);
    expect(await cache.get("b")).toBe(2);
    expect(await cache.getOrSetMany([], load)).toEqual(new Map());
  });

  it("share the loads of single keys, and the reverse", async () => {
    const { cache, clock } = memoryCache();
    const single = counting(clock, 10);
    const one = cache.getOrSet<number>("a", single.load);
    let asked: readonly string[] = [];
    const many = cache.getOrSetMany(["a", "b"], async (missing) => {
      asked = missing;
      await new Promise<void>((resolve) => clock.schedule(resolve, 10));
      return new Map(missing.map((key) => [key, 7]));
    });
    const other = cache.getOrSet<number>("b", single.load);
    await clock.advance(10);
    expect(await one).toBe(1);
    expect(await many).toEqual(
      new Map([
        ["a", 1],
        ["b", 7],
      ]),
    );
    expect(await other).toBe(7);
    expect(asked).toEqual(["b"]);
  });

  it("fail with the loader's error, unless something stale is left", async () => {
    const { cache, clock } = memoryCache({ graceMs: 5_000 });
    await cache.set("a", "old");
    await clock.advance(1_000);
    const failing = () => Promise.reject(new Error("primary"));
    expect(await cache.getOrSetMany(["a"], failing)).toEqual(new Map([["a", "old"]]));
    await expect(cache.getOrSetMany(["a", "b"], failing)).rejects.toThrow("primary");
  });

  it("are refused beyond the bound, and without a Map from the loader", async () => {
    const { cache } = memoryCache();
    const keys = Array.from({ length: 10_001 }, (_, index) => `k${index}`);
    const none = () => new Map<string, number>();
    await expect(cache.getOrSetMany(keys, none)).rejects.toMatchObject({
      code: "HOLDFAST_OPTIONS",
    });
    const wrong = cache.getOrSetMany(["k"], () => ({}) as Map<string, number>);
    await expect(wrong).rejects.toMatchObject({ code: "HOLDFAST_OPTIONS" });
    await expect(cache.getOrSetMany(["k", ""], none)).rejects.toMatchObject({
      code: "HOLDFAST_KEY",
    });
  });
});
