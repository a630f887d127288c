import assert from "node:assert/strict";
import KeyvRedis from "@keyv/redis";
import Keyv from "keyv";
import { guardOf } from "../../../src/index.ts";
import { nodeRedis } from "../clients.ts";
import type { Library } from "../conformance.ts";
import { fresh } from "../conformance.ts";

export const keyvRedis: Library = {
  name: "@keyv/redis 5",
  async open(port) {
    const client = await nodeRedis(port);
    // It is written for the types of node-redis 5.
    const store = new KeyvRedis(client as never);
    const keyv = new Keyv({ store, namespace: "n", useKeyPrefix: false });
    // An EventEmitter of Keyv's own, which throws what nobody listens for.
    keyv.on("error", () => {});
    return {
      guard: guardOf(client),
      request: () => keyv.get("k"),
      async works() {
        const [one, two] = [fresh("one"), fresh("two")];
        await keyv.set(one, { value: 1 }, 60_000);
        await keyv.setMany([{ key: two, value: 2 }]);
        assert.deepEqual(await keyv.get([one, two]), [{ value: 1 }, 2]);
        const keys: string[] = [];
        for await (const [key] of store.iterator("n")) keys.push(key);
        assert.ok(keys.includes(one) && keys.includes(two));
        assert.equal(await keyv.delete(one), true);
        assert.equal(await keyv.has(one), false);
      },
      close: () => client.destroy(),
    };
  },
};
