import assert from "node:assert/strict";
import express, { type ErrorRequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import { RedisStore, type SendCommandFn } from "rate-limit-redis";
import type { Guard } from "../../../src/index.ts";
import { guardOf } from "../../../src/index.ts";
import { ioredis, nodeRedis } from "../clients.ts";
import type { Library, Subject } from "../conformance.ts";
import { fresh } from "../conformance.ts";
import { serve } from "../http.ts";

export const rateLimitNodeRedis: Library = {
  name: "rate-limit-redis 6 with node-redis",
  async open(port) {
    const client = await nodeRedis(port);
    const send: SendCommandFn = (...args) => client.sendCommand(args) as never;
    return limited(guardOf(client), send, () => client.destroy());
  },
};

export const rateLimitIoredis: Library = {
  name: "rate-limit-redis 6 with ioredis",
  open(port) {
    const client = ioredis(port);
    const send: SendCommandFn = (name, ...args) => client.call(name as string, ...args) as never;
    return limited(guardOf(client), send, () => client.disconnect());
  },
};

/** An express application that lets each user in twice. */
async function limited(
  guard: Guard,
  sendCommand: SendCommandFn,
  end: () => void,
): Promise<Subject> {
  const app = express();
  const logger = { error: () => {}, warn: () => {} };
  app.use(
    rateLimit({
      windowMs: 60_000,
      limit: 2,
      store: new RedisStore({ sendCommand }),
      keyGenerator: (request) => String(request.headers["x-user"]),
      logger,
    }),
  );
  app.get("/", (_request, response) => {
    response.send("in");
  });
  app.use(((_error, _request, response, _next) => {
    response.sendStatus(503);
  }) satisfies ErrorRequestHandler);
  const server = await serve(app);
  const ask = (user: string) => fetch(server.url, { headers: { "x-user": user } });
  return {
    guard,
    request: () => ask(fresh("user")),
    async works() {
      const user = fresh("user");
      const statuses: number[] = [];
      for (let turn = 0; turn < 3; turn++) statuses.push((await ask(user)).status);
      assert.deepEqual(statuses, [200, 200, 429]);
    },
    async close() {
      await server.close();
      end();
    },
  };
}
