import { Redis } from "ioredis";
import { createClient } from "redis";
import { describe, expect, it } from "vitest";
import { recommendedOptions } from "./recommended.ts";

describe("recommendedOptions", () => {
  it("gives options that each library takes as they are", () => {
    const url = "redis://127.0.0.1:1";
    const nodeRedis = createClient(recommendedOptions("node-redis", { url }));
    expect(nodeRedis.options).toMatchObject({ disableOfflineQueue: true });
    const ioredis = new Redis(recommendedOptions("ioredis", { lazyConnect: true }));
    expect(ioredis.options).toMatchObject({ maxRetriesPerRequest: null, lazyConnect: true });
  });

  it("lets the application's own options win, also inside of socket", () => {
    const options = recommendedOptions("node-redis", {
      socket: { host: "redis.internal", connectTimeout: 2_000 },
      pingInterval: 1_000,
    });
    expect(options.pingInterval).toBe(1_000);
    expect(options.socket).toMatchObject({
      host: "redis.internal",
      connectTimeout: 2_000,
      keepAlive: true,
    });
  });

  it("never pauses longer than half a second between attempts", () => {
    const { retryStrategy } = recommendedOptions("ioredis");
    for (let times = 1; times < 2_000; times++) {
      expect(retryStrategy(times)).toBeLessThanOrEqual(500);
      expect(retryStrategy(times)).toBeGreaterThan(0);
    }
  });

  it("refuses a library that it does not know", () => {
    expect(() => recommendedOptions("redis" as never)).toThrow(/client is "redis", expected/);
  });
});
