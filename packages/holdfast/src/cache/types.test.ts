import { describe, expect, expectTypeOf, it } from "vitest";
import { memoryCache } from "../../test/support/memory-cache.ts";

interface Article {
  readonly title: string;
  readonly etag: string;
}

const storm: Article = { title: "Storm", etag: "a1" };
const load = async (_signal: AbortSignal): Promise<Article> => storm;

// The types are checked with those of all tests; a wrong one fails `npm test`.
describe("the type of getOrSet", () => {
  it("is what the loader gives, whatever it takes of its context", async () => {
    const { cache } = memoryCache();
    const bare = await cache.getOrSet("bare", () => load(AbortSignal.abort()));
    const context = await cache.getOrSet("context", (context) => load(context.signal));
    const taken = await cache.getOrSet("taken", ({ signal, ttl, tags }) => {
      ttl(1_000);
      tags("articles");
      return load(signal);
    });
    const waited = await cache.getOrSet("waited", async ({ signal }) => (await load(signal)).title);
    const withDefault = await cache.getOrSet("d", ({ signal }) => load(signal), { default: storm });
    expectTypeOf(bare).toEqualTypeOf<Article>();
    expectTypeOf(context).toEqualTypeOf<Article>();
    expectTypeOf(taken).toEqualTypeOf<Article>();
    expectTypeOf(waited).toEqualTypeOf<string>();
    expectTypeOf(withDefault).toEqualTypeOf<Article>();
    expect([bare, context, taken, withDefault]).toEqual([storm, storm, storm, storm]);
    expect(waited).toBe("Storm");
  });

  it("is the named one, for the stale value too", async () => {
    const { cache, clock } = memoryCache({ graceMs: 5_000 });
    await cache.set("k", storm);
    await clock.advance(1_000);
    const answer = await cache.getOrSet<Article>("k", ({ stale, unchanged }) => {
      expectTypeOf(stale).toEqualTypeOf<Article | undefined>();
      return stale?.etag === "a1" ? unchanged() : storm;
    });
    expectTypeOf(answer).toEqualTypeOf<Article>();
    expect(answer).toEqual(storm);
  });

  it("is that of the map for many, and that of the function for wrap", async () => {
    const { cache } = memoryCache();
    const many = await cache.getOrSetMany(["a"], async (missing, { signal }) => {
      const article = await load(signal);
      return new Map(missing.map((key) => [key, article]));
    });
    expectTypeOf(many).toEqualTypeOf<Map<string, Article>>();
    const area = cache.wrap((width: number, height: number) => width * height, {
      key: (width, height) => `${width}x${height}`,
    });
    expectTypeOf(area).toEqualTypeOf<(width: number, height: number) => Promise<number>>();
    expect(many.get("a")).toEqual(storm);
    expect(await area(3, 4)).toBe(12);
  });
});
