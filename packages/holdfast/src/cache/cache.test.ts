import { describe, expect, it } from "vitest";
import { settle } from "../../test/support/fake-clock.ts";
import { counting, memoryCache } from "../../test/support/memory-cache.ts";
import { withDeadline } from "../core/index.ts";
import { createCache } from "./cache.ts";
import type { CacheOptions } from "./options.ts";

describe("a cache without Redis", () => {
  it("loads once and then answers from memory until the time to live is over", async () => {
    const { cache, clock } = memoryCache();
    const { load } = counting(clock);
    expect(await cache.getOrSet("k", load)).toBe(1);
    await clock.advance(999);
    expect(await cache.getOrSet("k", load)).toBe(1);
    await clock.advance(1);
    expect(await cache.getOrSet("k", load)).toBe(2);
  });

  it("answers every hit with the same promise", async () => {
    const { cache } = memoryCache();
    await cache.getOrSet("k", () => ({ a: 1 }));
    const hit = cache.getOrSet("k", () => ({ a: 2 }));
    expect(cache.getOrSet("k", () => ({ a: 3 }))).toBe(hit);
  });

  it.each([null, 0, "", false, [], { a: null }])("gives %j back as it was", async (value) => {
    const { cache } = memoryCache();
    expect(await cache.getOrSet("k", () => value)).toEqual(value);
    expect(await cache.get("k")).toEqual(value);
    expect(await cache.has("k")).toBe(true);
  });

  it("gives the loader's caller what all others get: round-tripped and frozen", async () => {
    const { cache } = memoryCache();
    const date = new Date(0);
    const first = await cache.getOrSet<unknown>("k", () => ({ date, list: [1] }));
    expect(first).toEqual({ date: date.toJSON(), list: [1] });
    expect(await cache.get("k")).toBe(first);
    expect(() => (first as { list: number[] }).list.push(2)).toThrow(TypeError);
  });

  it("shortens times to live at random by up to the jitter", async () => {
    const { cache, clock } = memoryCache({ jitter: 0.5, random: () => 0.999 });
    const { load } = counting(clock);
    await cache.getOrSet("k", load);
    await clock.advance(501);
    expect(await cache.getOrSet("k", load)).toBe(2);
  });

  it("evicts the least recently used beyond maxEntries", async () => {
    const { cache } = memoryCache({ memory: { maxEntries: 2 } });
    await cache.getOrSet("a", () => 1);
    await cache.getOrSet("b", () => 1);
    await cache.get("a");
    await cache.getOrSet("c", () => 1);
    expect(await cache.has("a")).toBe(true);
    expect(await cache.has("b")).toBe(false);
    expect(cache.stats().memory?.entries).toBe(2);
  });

  it("evicts beyond maxBytes, and does not keep what is larger than all of it", async () => {
    const { cache } = memoryCache({ memory: { maxBytes: 2_000 } });
    await cache.getOrSet("a", () => "x".repeat(900));
    await cache.getOrSet("b", () => "x".repeat(900));
    expect(await cache.has("a")).toBe(false);
    expect(await cache.getOrSet("c", () => "x".repeat(5_000))).toHaveLength(5_000);
    expect(await cache.has("c")).toBe(false);
    expect(cache.stats().memory?.bytes).toBeLessThanOrEqual(2_000);
  });

  it("loads every time, but once at a time, when memory is off", async () => {
    const { cache, clock } = memoryCache({ memory: false });
    const { load } = counting(clock, 10);
    const both = Promise.all([cache.getOrSet("k", load), cache.getOrSet("k", load)]);
    await clock.advance(10);
    expect(await both).toEqual([1, 1]);
    expect(cache.stats().memory).toBeNull();
    const third = cache.getOrSet("k", load);
    await clock.advance(10);
    expect(await third).toBe(2);
  });
});

describe("single flight", () => {
  it("makes one load for 1,000 callers", async () => {
    const { cache, clock } = memoryCache();
    const { load, calls } = counting(clock, 10);
    const answers = Promise.all(Array.from({ length: 1_000 }, () => cache.getOrSet("k", load)));
    await clock.advance(10);
    expect(new Set(await answers)).toEqual(new Set([1]));
    expect(calls()).toBe(1);
  });

  it("makes one load for 50 callers of a failing loader, and all get its error", async () => {
    const { cache } = memoryCache();
    const error = new Error("primary");
    let calls = 0;
    const load = async (): Promise<number> => {
      calls++;
      throw error;
    };
    const answers = await Promise.allSettled(
      Array.from({ length: 50 }, () => cache.getOrSet("k", load)),
    );
    for (const answer of answers) expect(answer).toEqual({ status: "rejected", reason: error });
    expect(calls).toBe(1);
  });

  it("frees the key of a loader that never settles, and drops its late result", async () => {
    const { cache, clock } = memoryCache({ loader: { timeoutMs: 100 } });
    let settleLate: (value: string) => void = () => undefined;
    const hung = cache.getOrSet(
      "k",
      () => new Promise<string>((resolve) => (settleLate = resolve)),
    );
    const failure = expect(hung).rejects.toMatchObject({ code: "HOLDFAST_DEADLINE" });
    await clock.advance(100);
    await failure;
    expect(await cache.getOrSet("k", () => "new")).toBe("new");
    settleLate("old");
    await settle();
    expect(await cache.get("k")).toBe("new");
  });
});

describe("what a loader may do wrong", () => {
  it("throwing at once is as rejecting", async () => {
    const { cache } = memoryCache();
    const error = new Error("sync");
    const load = (): number => {
      throw error;
    };
    await expect(cache.getOrSet("k", load)).rejects.toBe(error);
  });

  it("undefined means that there is none: given, and not kept", async () => {
    const { cache } = memoryCache();
    let calls = 0;
    const load = (): undefined => void calls++;
    expect(await cache.getOrSet("k", load)).toBeUndefined();
    expect(await cache.getOrSet("k", load)).toBeUndefined();
    expect(calls).toBe(2);
  });

  it("undefined is kept for negativeTtlMs, and stays a miss for get and has", async () => {
    const { cache, clock } = memoryCache({ negativeTtlMs: 100, graceMs: 10_000 });
    let calls = 0;
    const load = (): undefined => void calls++;
    await cache.getOrSet("k", load);
    expect(await cache.getOrSet("k", load)).toBeUndefined();
    expect(calls).toBe(1);
    expect(await cache.get("k")).toBeUndefined();
    expect(await cache.has("k")).toBe(false);
    await clock.advance(100);
    await cache.getOrSet("k", load);
    expect(calls).toBe(2);
  });

  it("undefined replaces a stale value", async () => {
    const { cache, clock } = memoryCache({ graceMs: 10_000 });
    await cache.getOrSet<string | undefined>("k", () => "old");
    await clock.advance(1_000);
    expect(await cache.getOrSet<string | undefined>("k", () => undefined)).toBeUndefined();
    const failing = cache.getOrSet("k", () => Promise.reject(new Error("primary")));
    await expect(failing).rejects.toThrow("primary");
  });

  it("a value that cannot be serialised is given to the callers, counted and not kept", async () => {
    const { cache } = memoryCache();
    expect(await cache.getOrSet<unknown>("k", () => ({ big: 1n }))).toEqual({ big: 1n });
    expect(await cache.has("k")).toBe(false);
    expect(cache.stats().unserialisable).toBe(1);
  });
});

describe("grace", () => {
  const graceful = { graceMs: 5_000, loader: { softTimeoutMs: 30, timeoutMs: 200 } };

  async function withStale(options: Partial<CacheOptions> = {}) {
    const { cache, clock } = memoryCache({ ...graceful, ...options });
    await cache.getOrSet("k", () => "old");
    await clock.advance(1_000);
    return { cache, clock };
  }

  it("gives the stale value when the loader fails, and does not try again at once", async () => {
    const { cache, clock } = await withStale();
    let calls = 0;
    const load = async (): Promise<string> => {
      calls++;
      throw new Error("primary");
    };
    expect(await cache.getOrSet("k", load)).toBe("old");
    expect(await cache.getOrSet("k", load)).toBe("old");
    expect(calls).toBe(1);
    await clock.advance(1_000);
    expect(await cache.getOrSet("k", load)).toBe("old");
    expect(calls).toBe(2);
    expect(cache.stats()).toMatchObject({ stale: 3, loads: { failed: 2 } });
  });

  it("never gives it beyond ttl + grace", async () => {
    const { cache, clock } = await withStale();
    const load = () => Promise.reject(new Error("primary"));
    await clock.advance(4_999);
    expect(await cache.getOrSet("k", load)).toBe("old");
    await clock.advance(1);
    await expect(cache.getOrSet("k", load)).rejects.toThrow("primary");
  });

  it("gives it after the soft time-out while the load goes on in the background", async () => {
    const { cache, clock } = await withStale();
    const { load } = counting(clock, 100);
    const answer = cache.getOrSet<unknown>("k", load);
    await clock.advance(29);
    let early: unknown;
    void answer.then((value) => {
      early = value;
    });
    await settle();
    expect(early).toBeUndefined();
    await clock.advance(1);
    expect(await answer).toBe("old");
    await clock.advance(70);
    expect(await cache.get("k")).toBe(1);
  });

  it("gives it to whoever comes after the soft time-out at once", async () => {
    const { cache, clock } = await withStale();
    const { load } = counting(clock, 100);
    const first = cache.getOrSet<unknown>("k", load);
    await clock.advance(30);
    expect(await first).toBe("old");
    expect(await cache.getOrSet<unknown>("k", load)).toBe("old");
  });

  it("gives it when the load is shed", async () => {
    const { cache, clock } = await withStale({
      loader: { softTimeoutMs: 30, maxConcurrent: 1, maxQueue: 0 },
    });
    cache.getOrSet("other", () => new Promise(() => undefined)).catch(() => undefined);
    expect(await cache.getOrSet("k", () => "new")).toBe("old");
    expect(cache.stats().loads.shed).toBe(1);
    await clock.advance(0);
  });

  it("is over as soon as the loader succeeds", async () => {
    const { cache } = await withStale();
    expect(await cache.getOrSet("k", () => "new")).toBe("new");
  });
});

describe("the loader's context", () => {
  it("has the stale value, and keeps it when the loader says unchanged", async () => {
    const { cache, clock } = memoryCache({ graceMs: 5_000 });
    await cache.getOrSet("k", () => ({ etag: 1 }));
    await clock.advance(1_000);
    let seen: unknown;
    const answer = await cache.getOrSet<{ etag: number }>("k", ({ stale, unchanged }) => {
      seen = stale;
      return unchanged();
    });
    expect(seen).toEqual({ etag: 1 });
    expect(answer).toEqual({ etag: 1 });
    await clock.advance(999);
    expect(await cache.get("k")).toEqual({ etag: 1 });
  });

  it("refuses unchanged when there is nothing to keep", async () => {
    const { cache } = memoryCache();
    const load = cache.getOrSet("k", ({ unchanged }) => unchanged());
    await expect(load).rejects.toMatchObject({ code: "HOLDFAST_OPTIONS" });
  });

  it("sets this value's time to live", async () => {
    const { cache, clock } = memoryCache();
    await cache.getOrSet("k", ({ ttl }) => {
      ttl(10);
      return 1;
    });
    await clock.advance(9);
    expect(await cache.get("k")).toBe(1);
    await clock.advance(1);
    expect(await cache.get("k")).toBeUndefined();
  });

  it("keeps nothing for a time to live of 0", async () => {
    const { cache } = memoryCache();
    const answer = await cache.getOrSet("k", ({ ttl }) => {
      ttl(0);
      return 1;
    });
    expect(answer).toBe(1);
    expect(await cache.has("k")).toBe(false);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, "1"])("refuses ttl(%s)", async (ms) => {
    const { cache } = memoryCache();
    const load = cache.getOrSet("k", ({ ttl }) => ttl(ms as number));
    await expect(load).rejects.toMatchObject({ code: "HOLDFAST_OPTIONS" });
  });
});

describe("one caller's wishes", () => {
  it("default is given when the load fails, and is not kept", async () => {
    const { cache } = memoryCache();
    const load = (): Promise<string> => Promise.reject(new Error("primary"));
    expect(await cache.getOrSet("k", load, { default: "d" })).toBe("d");
    expect(await cache.has("k")).toBe(false);
  });

  it("an abort rejects that caller alone, and the load goes on", async () => {
    const { cache, clock } = memoryCache();
    const { load } = counting(clock, 10);
    const abort = new AbortController();
    const reason = new Error("gone");
    const aborted = cache.getOrSet("k", load, { signal: abort.signal });
    const other = cache.getOrSet("k", load);
    abort.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    await clock.advance(10);
    expect(await other).toBe(1);
  });

  it("a signal that is aborted already is heeded, on a hit too", async () => {
    const { cache } = memoryCache();
    await cache.getOrSet("k", () => 1);
    const reason = new Error("gone");
    const call = cache.getOrSet("k", () => 2, { signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
  });

  it.each([{ ttlMs: 0 }, { ttlMs: -1 }, { ttlMs: Number.NaN }, { graceMs: -1 }, { tags: [""] }])(
    "%j is refused",
    async (options) => {
      const { cache } = memoryCache();
      const call = cache.getOrSet("k", () => 1, options);
      await expect(call).rejects.toMatchObject({ code: "HOLDFAST_OPTIONS" });
    },
  );
});

describe("wrap", () => {
  it("answers from the cache by the key of the arguments", async () => {
    const { cache } = memoryCache();
    let calls = 0;
    const add = cache.wrap((a: number, b: number) => a + b + 0 * ++calls, {
      key: (a, b) => `${a}+${b}`,
    });
    expect(await add(1, 2)).toBe(3);
    expect(await add(1, 2)).toBe(3);
    expect(await add(2, 2)).toBe(4);
    expect(calls).toBe(2);
  });
});

describe("a closed cache", () => {
  it("refuses every call with HOLDFAST_CLOSED", async () => {
    const { cache } = memoryCache();
    await cache.getOrSet("k", () => 1);
    await cache.close();
    await cache.close();
    const closed = { code: "HOLDFAST_CLOSED" };
    await expect(cache.getOrSet("k", () => 1)).rejects.toMatchObject(closed);
    await expect(cache.get("k")).rejects.toMatchObject(closed);
  });
});

describe("the options", () => {
  it("are refused whole, each mistake named", () => {
    const options = { namespace: "a b", ttlMs: 0, grace: 1 } as unknown as CacheOptions;
    expect(() => createCache(options)).toThrowError(
      expect.objectContaining({
        code: "HOLDFAST_OPTIONS",
        message: expect.stringMatching(/namespace.*ttlMs|ttlMs.*namespace/s),
      }),
    );
    expect(() => createCache(options)).toThrow(/graceMs\?/);
  });
});

describe("a caller's time budget", () => {
  it("ends that caller's wait, with a stale value where one is left", async () => {
    const cache = createCache({
      namespace: "test",
      ttlMs: 1,
      graceMs: 60_000,
      jitter: 0,
      loader: { softTimeoutMs: 10_000 },
    });
    const never = () => new Promise<string>(() => undefined);
    const none = withDeadline(20, () => cache.getOrSet("none", never));
    await expect(none).rejects.toMatchObject({ code: "HOLDFAST_DEADLINE" });
    await cache.set("k", "old");
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await withDeadline(20, () => cache.getOrSet("k", never))).toBe("old");
    const given = withDeadline(20, () => cache.getOrSet("d", never, { default: "d" }));
    expect(await given).toBe("d");
  });
});
