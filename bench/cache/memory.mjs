/*
 * What an entry in memory takes: heap in use with so many entries, less without, against lru-cache
 * with the same values and keys alone. The value itself is in both.
 *
 *   npm run build && npm ci --prefix bench/cache && node --expose-gc bench/cache/memory.mjs [entries]
 */
import { createCache } from "holdfast/cache";
import { LRUCache } from "lru-cache";
import { table } from "./figures.mjs";
import { productOf } from "./peers.mjs";

const entries = Number(process.argv[2] ?? 100_000);
if (globalThis.gc === undefined) throw new Error("run it with --expose-gc");

// Parsed for each: what a serializer gives back, and nothing shared between entries.
const value = (key) => JSON.parse(JSON.stringify(productOf(key)));

const lru = await bytesEach(async () => {
  const cache = new LRUCache({ max: entries });
  for (let index = 0; index < entries; index++) cache.set(`product:${index}`, value(index));
  return cache;
});
const sized = await bytesEach(async () => {
  const cache = new LRUCache({ max: entries, maxSize: 2 ** 40 });
  for (let index = 0; index < entries; index++) {
    cache.set(`product:${index}`, value(index), { size: 700 });
  }
  return cache;
});
const ours = await bytesEach(async () => {
  const cache = createCache({
    namespace: "bench",
    ttlMs: 600_000,
    memory: { maxEntries: entries, maxBytes: 2 ** 40 },
  });
  for (let index = 0; index < entries; index++)
    await cache.set(`product:${index}`, productOf(index));
  return cache;
});

const row = (name, bytes) => [name, Math.round(bytes), `+${Math.round(bytes - lru)}`];
console.log(
  table(
    [`${entries} entries`, "bytes each", "above lru-cache alone"],
    [
      row("lru-cache", lru),
      row("lru-cache, bounded by size too", sized),
      row("holdfast, memory", ours),
    ],
  ),
);

async function bytesEach(make) {
  const before = await used();
  let held = await make();
  const after = await used();
  // Named here, so that it is alive until it was measured.
  if (held === undefined) throw new Error("nothing was made");
  held = undefined;
  return (after - before) / entries;
}

async function used() {
  for (let time = 0; time < 4; time++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}
