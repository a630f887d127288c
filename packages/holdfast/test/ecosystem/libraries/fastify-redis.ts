import assert from "node:assert/strict";
import fastifyRedis from "@fastify/redis";
import fastify from "fastify";
import { guardOf } from "../../../src/index.ts";
import { ioredis } from "../clients.ts";
import type { Library } from "../conformance.ts";
import { fresh } from "../conformance.ts";

export const fastifyWithRedis: Library = {
  name: "@fastify/redis 9",
  boot: "waits",
  async open(port) {
    const client = ioredis(port);
    const app = fastify({ pluginTimeout: 0 });
    app.register(fastifyRedis, { client, closeClient: true });
    app.get<{ Params: { key: string } }>("/:key", async ({ params }) => {
      return String(await app.redis.incr(params.key));
    });
    const ask = (key: string) => app.inject(`/${key}`);
    return {
      guard: guardOf(client),
      request: () => ask("requests"),
      async works() {
        const key = fresh("visits");
        assert.equal((await ask(key)).body, "1");
        assert.equal((await ask(key)).body, "2");
      },
      async close() {
        await app.close();
        client.disconnect();
      },
    };
  },
};
