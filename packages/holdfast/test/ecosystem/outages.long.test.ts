import { setTimeout as delay } from "node:timers/promises";
import { describe, it } from "vitest";
import { opened, recovered, redis, startsAlone, survives } from "./conformance.ts";
import { bullmq5, bullmq6, bullmq6NodeRedis } from "./libraries/bullmq.ts";
import { connectRedis } from "./libraries/connect-redis.ts";
import { fastifyWithRedis } from "./libraries/fastify-redis.ts";
import {
  graphqlSubscriptions,
  graphqlSubscriptionsIoredis5,
} from "./libraries/graphql-redis-subscriptions.ts";
import { keyvRedis } from "./libraries/keyv-redis.ts";
import { rateLimitIoredis, rateLimitNodeRedis } from "./libraries/rate-limit-redis.ts";
import { flexibleIoredis, flexibleNodeRedis } from "./libraries/rate-limiter-flexible.ts";
import { redlock } from "./libraries/redlock.ts";
import { socketIoIoredis, socketIoNodeRedis } from "./libraries/socket-io.ts";

const libraries = [
  connectRedis,
  rateLimitIoredis,
  rateLimitNodeRedis,
  keyvRedis,
  flexibleIoredis,
  flexibleNodeRedis,
  bullmq5,
  bullmq6,
  bullmq6NodeRedis,
  socketIoIoredis,
  socketIoNodeRedis,
  redlock,
  fastifyWithRedis,
  graphqlSubscriptions,
  graphqlSubscriptionsIoredis5,
];

describe.each(libraries)("$name on a guarded client", (library) => {
  it("lets no request hang in a freeze, and works again", async () => {
    const server = await redis();
    const subject = await opened(library, server.port);
    await recovered(subject);
    await survives(
      subject,
      () => server.freeze(),
      async () => {
        await delay(2_000);
        await server.thaw();
      },
    );
  });

  it("starts without Redis, and works once it is there", async () => {
    await startsAlone(library);
  });

  it("survives a long absence with its data lost", async () => {
    const server = await redis();
    const subject = await opened(library, server.port);
    await recovered(subject);
    await survives(
      subject,
      () => server.kill(),
      async () => {
        await delay(5_000);
        await server.restart({ empty: true });
      },
    );
  });
});
