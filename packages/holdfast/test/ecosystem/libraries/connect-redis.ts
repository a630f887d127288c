import assert from "node:assert/strict";
import { RedisStore } from "connect-redis";
import express, { type ErrorRequestHandler } from "express";
import session from "express-session";
import { guardOf } from "../../../src/index.ts";
import { nodeRedis } from "../clients.ts";
import type { Library } from "../conformance.ts";
import { serve } from "../http.ts";

declare module "express-session" {
  interface SessionData {
    visits: number;
  }
}

/** Sessions of an express application, asked over HTTP. */
export const connectRedis: Library = {
  name: "connect-redis 9",
  async open(port) {
    const client = await nodeRedis(port);
    const store = new RedisStore({ client });
    const app = express();
    app.use(session({ store, secret: "s", resave: false, saveUninitialized: false }));
    app.get("/", (request, response) => {
      request.session.visits = (request.session.visits ?? 0) + 1;
      response.send(String(request.session.visits));
    });
    app.use(((_error, _request, response, _next) => {
      response.sendStatus(503);
    }) satisfies ErrorRequestHandler);
    const server = await serve(app);
    const visit = (cookie = "") => fetch(server.url, { headers: { cookie } });
    return {
      guard: guardOf(client),
      request: visit,
      async works() {
        const first = await visit();
        const cookie = first.headers.getSetCookie()[0]?.split(";")[0];
        assert.equal(await first.text(), "1");
        assert.ok(cookie);
        assert.equal(await (await visit(cookie)).text(), "2");
        const ids: string[] = await store.ids();
        const id = ids.find((id) => decodeURIComponent(cookie).includes(id));
        assert.ok(id);
        await store.destroy(id);
        assert.equal(await (await visit(cookie)).text(), "1");
      },
      async close() {
        await server.close();
        client.destroy();
      },
    };
  },
};
