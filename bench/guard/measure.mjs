/** What the benches of the guard share. */

import { protect } from "holdfast";
import { Redis } from "ioredis";
import { createClient } from "redis";

/** By the name under which it is reported; the guarded one last. A guard's options: all policies on. */
export function variantsOf(library, port, options = {}) {
  const url = `redis://127.0.0.1:${port}`;
  const nodeRedis = (own) => createClient({ url, ...own }).on("error", () => {});
  const ioredis = () => new Redis(port, "127.0.0.1").on("error", () => {});
  if (library === "ioredis") return { raw: ioredis, guarded: () => protect(ioredis(), options) };
  return {
    raw: () => nodeRedis({}),
    "raw, timeout: 0": () => nodeRedis({ commandOptions: { timeout: 0 } }),
    guarded: () => protect(nodeRedis({}), options),
  };
}

export async function connected(client) {
  if (client.status === undefined) await client.connect();
  await client.ping();
  return client;
}

export function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
