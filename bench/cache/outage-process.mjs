/*
 * One cache under load while outage.mjs breaks its Redis: an open-model load over 10,000 keys, a
 * primary that takes 5 ms and counts, and a writer that changes keys and deletes them from the cache.
 * Latency counts from the moment at which a request was meant to start.
 *
 *   node outage-process.mjs PEER PORT RATE SEED
 *
 * Told "start" and "stop" by its parent, it sends what it saw.
 */
import { peers, productOf } from "./peers.mjs";

const [, , name, port, rate, seed] = process.argv;
const keyCount = 10_000;
/** How long after a change an older value counts as stale. */
const boundMs = 1_000;
/** A request that has not settled by then was not served. */
const patienceMs = 2_000;

let unhandled = 0;
// Without these an application would have ended.
process.on("unhandledRejection", () => unhandled++);
process.on("uncaughtException", () => unhandled++);
let loads = 0;
const versions = new Array(keyCount).fill(0);
const changedAt = new Array(keyCount).fill(0);
const previous = new Array(keyCount).fill(0);
const random = seeded(Number(seed));

const cache = await peers[name].open({ port: Number(port), layers: "both", ttlMs: 60_000 });
const keyOf = (index) => `${name}:outage:${index}`;

async function primary(index) {
  loads++;
  const version = versions[index];
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { ...productOf(keyOf(index)), version };
}

const seconds = new Map();
let startedAt = 0;
let isRunning = false;
let nextAt = 0;
let writeAt = 0;
const stale = [];

function second(at) {
  const place = Math.floor((at - startedAt) / 1_000);
  if (!seconds.has(place)) {
    seconds.set(place, { asked: 0, served: 0, failed: 0, stale: 0, latencies: [] });
  }
  return seconds.get(place);
}

function request(meantAt) {
  const index = Math.floor(random() * keyCount);
  const asked = second(meantAt);
  asked.asked++;
  const isOld = performance.now() - changedAt[index] > boundMs;
  const least = isOld ? versions[index] : previous[index];
  cache
    .getOrSet(keyOf(index), () => primary(index))
    .then(
      (value) => {
        const now = performance.now();
        if (now - meantAt > patienceMs) return;
        asked.served++;
        asked.latencies.push(now - meantAt);
        if (value.version < least) {
          asked.stale++;
          stale.push(now - startedAt);
        }
      },
      () => {
        asked.failed++;
      },
    );
}

/** Every 50 ms one of a hundred keys changes: often enough to be asked for again. */
function write() {
  const index = Math.floor(random() * 100);
  previous[index] = versions[index];
  versions[index]++;
  changedAt[index] = performance.now();
  Promise.resolve(cache.delete(keyOf(index))).catch(() => undefined);
}

function tick() {
  if (!isRunning) return;
  const now = performance.now();
  for (; nextAt <= now; nextAt += 1_000 / Number(rate)) request(nextAt);
  for (; writeAt <= now; writeAt += 50) write();
  setTimeout(tick, 2);
}

let lastLoads = 0;
const loadsBySecond = [];
process.on("message", async (message) => {
  if (message === "fill") {
    // By another instance: what is loaded for the test is in Redis, and not yet in its own memory.
    const filler = await peers[name].open({ port: Number(port), layers: "both", ttlMs: 60_000 });
    for (let from = 0; from < keyCount; from += 100) {
      const part = Array.from({ length: 100 }, (_, index) => from + index);
      await Promise.allSettled(
        part.map((index) =>
          filler.getOrSet(keyOf(index), () => ({ ...productOf("k"), version: 0 })),
        ),
      );
    }
    await filler.close();
    process.send("filled");
  } else if (message === "start") {
    startedAt = performance.now();
    nextAt = startedAt;
    writeAt = startedAt;
    isRunning = true;
    lastLoads = loads;
    setInterval(() => {
      loadsBySecond.push(loads - lastLoads);
      lastLoads = loads;
    }, 1_000).unref();
    tick();
  } else {
    isRunning = false;
    // What is still on its way gets its full patience.
    await new Promise((resolve) => setTimeout(resolve, patienceMs));
    const bySecond = [...seconds].map(([place, counts]) => ({ place, ...counts }));
    process.send({ bySecond, stale, loadsBySecond, unhandled }, () => process.exit(0));
  }
});
process.send("ready");

function seeded(state) {
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
