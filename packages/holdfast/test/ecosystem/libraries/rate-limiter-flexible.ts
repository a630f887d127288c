import assert from "node:assert/strict";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Guard } from "../../../src/index.ts";
import { guardOf } from "../../../src/index.ts";
import { ioredis, nodeRedis } from "../clients.ts";
import type { Library, Subject } from "../conformance.ts";
import { fresh } from "../conformance.ts";

const limits = { points: 2, duration: 60 };

export const flexibleNodeRedis: Library = {
  name: "rate-limiter-flexible 11 with node-redis",
  async open(port) {
    const storeClient = await nodeRedis(port);
    const limiter = new RateLimiterRedis({ ...limits, storeClient, useRedisPackage: true });
    return limited(limiter, guardOf(storeClient), () => storeClient.destroy());
  },
};

export const flexibleIoredis: Library = {
  name: "rate-limiter-flexible 11 with ioredis",
  async open(port) {
    const storeClient = ioredis(port);
    const limiter = new RateLimiterRedis({ ...limits, storeClient });
    return limited(limiter, guardOf(storeClient), () => storeClient.disconnect());
  },
};

function limited(limiter: RateLimiterRedis, guard: Guard, close: () => void): Subject {
  return {
    guard,
    request: () => limiter.consume(fresh("user")),
    async works() {
      const user = fresh("user");
      await limiter.consume(user);
      const second = await limiter.consume(user);
      assert.equal(second.remainingPoints, 0);
      const third: unknown = await limiter.consume(user).catch((error: unknown) => error);
      // It rejects with a plain result when the points are used up, with an Error when Redis failed.
      if (!(third instanceof RateLimiterRes)) throw third;
      assert.equal((await limiter.get(user))?.consumedPoints, 3);
      assert.equal(await limiter.delete(user), true);
      await limiter.block(user, 60);
      assert.equal((await limiter.get(user))?.remainingPoints, 0);
    },
    close,
  };
}
