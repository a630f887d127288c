import assert from "node:assert/strict";
import type { EventEmitter } from "node:events";
// @ts-expect-error: it has no types of its own.
import untyped from "redlock";
import { guardOf } from "../../../src/index.ts";
import { ioredis } from "../clients.ts";
import type { Library } from "../conformance.ts";
import { fresh } from "../conformance.ts";

interface Lock {
  extend(ttlMs: number): Promise<Lock>;
  unlock(): Promise<void>;
}

type RedlockConstructor = new (
  clients: readonly object[],
  options: object,
) => EventEmitter & { lock(resource: string, ttlMs: number): Promise<Lock> };

const Redlock = untyped as unknown as RedlockConstructor;

export const redlock: Library = {
  name: "redlock 4",
  async open(port) {
    const client = ioredis(port);
    const locks = new Redlock([client], { retryCount: 0 });
    locks.on("clientError", () => {});
    return {
      guard: guardOf(client),
      request: () => locks.lock(fresh("resource"), 60_000),
      async works() {
        const resource = fresh("resource");
        const lock = await locks.lock(resource, 60_000);
        await assert.rejects(locks.lock(resource, 60_000), { name: "LockError" });
        await (await lock.extend(60_000)).unlock();
        await (await locks.lock(resource, 60_000)).unlock();
      },
      close: () => client.disconnect(),
    };
  },
};
