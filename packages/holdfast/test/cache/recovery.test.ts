import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RecoveryReport } from "../../src/cache/index.ts";
import { libraries } from "./support/clients.ts";
import { applied, reads, Scene, until } from "./support/scene.ts";

describe.each(libraries)("after an outage, with %s", (_, connect) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.start(connect);
  });
  afterEach(() => scene.reset());
  afterAll(() => scene.close());

  it("a key that was deleted in it is gone from Redis, before it is read from there", async () => {
    const reports: RecoveryReport[] = [];
    const cache = await scene.readyCache({
      memory: false,
      onRecovery: (report) => reports.push(report),
    });
    const other = await scene.readyCache({ memory: false }, scene.server.port);
    await applied(() => cache.set("deleted", "old"));
    await applied(() => cache.set("kept", "kept"));
    await scene.proxy.down();
    expect(await cache.delete("deleted")).toBe("queued");
    await reads(other, "deleted", "old");
    await scene.proxy.clear();
    while (cache.stats().recovery.pending > 0) {
      expect(await cache.get("deleted")).toBeUndefined();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await other.get("deleted")).toBeUndefined();
    await reads(other, "kept", "kept");
    await until(() => reports.length > 0);
    expect(reports.at(-1)).toMatchObject({ keys: 1, marks: 0, overflowed: false });
  });

  it("a key that was set in it converges on all processes", async () => {
    const cache = await scene.readyCache();
    const other = await scene.readyCache({ memory: { ttlMs: 1 } }, scene.server.port);
    await applied(() => cache.set("k", "old"));
    await scene.server.freeze();
    expect(await cache.set("k", "new")).toBe("queued");
    expect(await cache.get("k")).toBe("new");
    await scene.server.thaw();
    await until(() => cache.stats().recovery.pending === 0);
    expect(await other.getOrSet("k", () => "primary")).toBe("primary");
    expect(await cache.getOrSet("k", () => "primary")).toBe("primary");
  });

  it("a tag and a namespace that were removed in it are removed for all", async () => {
    const cache = await scene.readyCache({ memory: false });
    const other = await scene.readyCache({ memory: { ttlMs: 1 } }, scene.server.port);
    await applied(() => cache.set("tagged", 1, { tags: ["t"] }));
    await applied(() => cache.namespace("n").set("k", 1));
    await applied(() => cache.set("plain", 1));
    await scene.server.freeze();
    const outcomes = await Promise.all([cache.deleteByTag("t"), cache.namespace("n").clear()]);
    expect(outcomes).toEqual(["queued", "queued"]);
    await scene.server.thaw();
    await until(async () => (await other.get("tagged")) === undefined);
    await until(async () => (await other.namespace("n").get("k")) === undefined);
    await reads(other, "plain", 1);
    expect(await cache.get("tagged")).toBeUndefined();
    expect(await cache.namespace("n").get("k")).toBeUndefined();
  });

  it("a cache that is closed in it says what Redis will never be told", async () => {
    const cache = await scene.readyCache();
    await scene.proxy.blackhole();
    // One of them is under way when the cache is closed.
    await cache.delete("a");
    await cache.deleteByTag("t");
    const last = cache.delete("b");
    const report = await cache.close();
    expect(report).toEqual({ lost: 3, spooled: 0 });
    expect(await last).toBe("queued");
    expect(await cache.close()).toEqual(report);
  });

  it("a cache that is closed after it has told Redis everything first", async () => {
    const cache = await scene.readyCache({ memory: false });
    await applied(() => cache.set("k", "old"));
    await scene.server.freeze();
    expect(await cache.delete("k")).toBe("queued");
    await scene.server.thaw();
    await until(() => cache.stats().redis?.available === true);
    expect(await cache.close()).toEqual({ lost: 0, spooled: 0 });
    expect(await scene.server.command("EXISTS", "test:v:{#k}")).toBe(0);
  });

  it("more deletions than the record holds invalidate the whole namespace", async () => {
    const cache = await scene.readyCache({ memory: false });
    const other = await scene.readyCache({ memory: { ttlMs: 1 } }, scene.server.port);
    await applied(() => cache.set("deleted", "old"));
    await applied(() => cache.set("untouched", "old"));
    await scene.proxy.down();
    await until(async () => (await cache.delete("deleted")) === "queued");
    const many = Array.from({ length: 10_000 }, (_unused, key) => cache.delete(`k${key}`));
    await Promise.all(many);
    expect(cache.stats().recovery).toMatchObject({ overflowed: true });
    expect(cache.stats().recovery.pending).toBeLessThanOrEqual(10_001);
    await scene.proxy.clear();
    await until(() => cache.stats().recovery.pending === 0);
    await until(async () => (await other.get("deleted")) === undefined);
    await until(async () => (await other.get("untouched")) === undefined);
    expect(await cache.get("untouched")).toBeUndefined();
    await applied(() => cache.set("untouched", "new"));
    await reads(cache, "untouched", "new");
  });
});

describe.each(libraries)("a process that dies in the outage, with %s", (_, connect) => {
  let scene: Scene;
  let spoolDirectory: string;
  beforeAll(async () => {
    scene = await Scene.start(connect);
    spoolDirectory = mkdtempSync(join(tmpdir(), "holdfast-spool-"));
  });
  afterAll(async () => {
    await scene.close();
    rmSync(spoolDirectory, { recursive: true });
  });

  it("has its deletions done by the next one, before that reads the keys", async () => {
    const before = await scene.readyCache({ spoolDirectory, memory: false });
    await applied(() => before.set("k", "old"));
    await applied(() => before.set("tagged", "old", { tags: ["t"] }));
    await scene.proxy.down();
    expect(await before.delete("k")).toBe("queued");
    expect(await before.deleteByTag("t")).toBe("queued");
    expect(before.stats().recovery).toMatchObject({ pending: 2, spooled: true });
    // As far as its files go a closed cache is a dead one: Redis is not there to be told.
    expect(await before.close()).toEqual({ lost: 0, spooled: 2 });

    const after = await scene.cache({ spoolDirectory, memory: false });
    expect(after.stats().recovery.pending).toBe(2);
    await scene.proxy.clear();
    while (after.stats().recovery.pending > 0) {
      expect(await after.get("k")).toBeUndefined();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await after.get("k")).toBeUndefined();
    expect(await after.get("tagged")).toBeUndefined();
    await after.close();
    expect(readdirSync(spoolDirectory)).toEqual([]);
  });
});
