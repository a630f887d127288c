import assert from "node:assert/strict";
import { createAdapter } from "@socket.io/redis-adapter";
import { Server } from "socket.io";
import type { Guard } from "../../../src/index.ts";
import { guardOf } from "../../../src/index.ts";
import { ioredis, nodeRedis } from "../clients.ts";
import type { Library, Subject } from "../conformance.ts";
import { fresh, within } from "../conformance.ts";

/** The adapter looks at no promise of `publish`: without a fallback a rejection would end the process. */
const unheard = { fallback: () => 0 };

export const socketIoNodeRedis: Library = {
  name: "@socket.io/redis-adapter 8 with node-redis",
  boot: "opens late",
  async open(port) {
    const clients = await Promise.all(Array.from({ length: 4 }, () => nodeRedis(port, unheard)));
    await ready(clients);
    const [pubOne, subOne, pubTwo, subTwo] = clients as [never, never, never, never];
    return pair(
      createAdapter(pubOne, subOne),
      createAdapter(pubTwo, subTwo),
      guardOf(pubOne),
      () => {
        for (const client of clients) client.destroy();
      },
    );
  },
};

export const socketIoIoredis: Library = {
  name: "@socket.io/redis-adapter 8 with ioredis",
  boot: "opens late",
  async open(port) {
    const clients = Array.from({ length: 4 }, () => ioredis(port, unheard));
    await ready(clients);
    const [pubOne, subOne, pubTwo, subTwo] = clients as [never, never, never, never];
    return pair(
      createAdapter(pubOne, subOne),
      createAdapter(pubTwo, subTwo),
      guardOf(pubOne),
      () => {
        for (const client of clients) client.disconnect();
      },
    );
  },
};

/** It subscribes once, when it is made, and looks at no promise of that either. */
async function ready(clients: readonly object[]): Promise<void> {
  await Promise.all(clients.map((client) => guardOf(client).ready({ timeoutMs: 60_000 })));
}

type Adapter = ReturnType<typeof createAdapter>;

/** Two servers that hear of each other by Redis alone. */
function pair(one: Adapter, two: Adapter, guard: Guard, end: () => void): Subject {
  const [sender, receiver] = [one, two].map((adapter) => new Server().adapter(adapter)) as [
    Server,
    Server,
  ];
  return {
    guard,
    request: () => sender.of("/").adapter.serverCount(),
    async works() {
      const id = fresh("message");
      const arrived = new Promise<void>((resolve) => receiver.once(id, () => resolve()));
      sender.serverSideEmit(id);
      await within(2_000, "the message to the other server", arrived);
      assert.equal(await sender.of("/").adapter.serverCount(), 2);
    },
    async close() {
      await Promise.all([sender, receiver].map((server) => server.of("/").adapter.close()));
      end();
    },
  };
}
