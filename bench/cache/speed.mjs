/*
 * How fast the cache is beside its peers on one real redis-server. All take turns within each round,
 * so that a machine that slows down slows them all; the medians over the rounds are compared.
 *
 *   npm run build && npm ci --prefix bench/cache && node bench/cache/speed.mjs [rounds] [roundMs]
 */
import { startRedis } from "@holdfast/testbed";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { median, table } from "./figures.mjs";
import { peers, productOf, versionOf } from "./peers.mjs";

const rounds = Number(process.argv[2] ?? 9);
const roundMs = Number(process.argv[3] ?? 150);
const ttlMs = 600_000;
const inFlight = 64;
/** Each has keys of its own: none reads what another has stored. */
const keysOf = (name, count = 1_000) =>
  Array.from({ length: count }, (_, index) => `${name}:product:${index}`);

const server = await startRedis();
const open = async (layers) => {
  const opened = [];
  for (const [name, peer] of Object.entries(peers)) {
    opened.push([name, await peer.open({ port: server.port, layers, ttlMs, patienceMs: 900 })]);
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  return opened;
};
/** Of the last measurement: what one operation cost this process, whoever else used the machine. */
let cpuNs = 0;
const load = (key) => async () => productOf(key);

const fill = async (cache, name) => {
  for (const key of keysOf(name)) await cache.getOrSet(key, load(key));
  // Some store in the background.
  await new Promise((resolve) => setTimeout(resolve, 200));
};

await suite("L1 hit, one after another (ns)", "both", {
  prepare: fill,
  run: (cache, name) => {
    const keys = keysOf(name);
    return nsEach(1, (index) => cache.getOrSet(keys[index % keys.length], fail));
  },
});

await suite(`L2 hit, ${inFlight} in flight (ns)`, "redis", {
  prepare: fill,
  run: (cache, name) => {
    const keys = keysOf(name);
    return nsEach(inFlight, (index) => cache.getOrSet(keys[index % keys.length], fail));
  },
  raw: true,
});

await suite(`set, ${inFlight} in flight (ns)`, "both", {
  run: (cache, name) => {
    if (cache.set === undefined) return undefined;
    const keys = keysOf(name);
    const value = productOf("k");
    return nsEach(inFlight, (index) => cache.set(keys[index % keys.length], value));
  },
});

await suite("invalidation of a tag with 100 values (ns)", "both", {
  run: async (cache, name) => {
    if (cache.deleteByTag === undefined) return undefined;
    const times = [];
    for (let time = 0; time < 5; time++) {
      const keys = keysOf(name, 100);
      await Promise.all(keys.map((key) => cache.setTagged(key, productOf(key), ["tag"])));
      times.push(await nsOf(() => cache.deleteByTag("tag")));
    }
    return median(times);
  },
});

await suite("100 keys at once, all in Redis (ns)", "redis", {
  prepare: fill,
  run: (cache, name) => {
    const keys = keysOf(name, 100);
    return nsEach(1, () => {
      if (cache.getMany !== undefined) return cache.getMany(keys, fail);
      return Promise.all(keys.map((key) => cache.getOrSet(key, fail)));
    });
  },
});

let cold = 0;
await suite("cold key, 1,000 callers at once (ns)", "both", {
  run: async (cache, name, note) => {
    let loads = 0;
    const key = `${name}:cold:${cold++}`;
    const slow = async () => {
      loads++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return productOf(key);
    };
    const callers = Array.from({ length: 1_000 });
    const ns = await nsOf(() => Promise.all(callers.map(() => cache.getOrSet(key, slow))));
    note(loads);
    return ns;
  },
  noted: "loads, at most",
});

await server.close();
process.exit(0);

async function suite(title, layers, { prepare, run, raw = false, noted }) {
  const variants = [...(raw ? await rawClients() : []), ...(await open(layers))];
  const times = new Map(variants.map(([name]) => [name, []]));
  const cpu = new Map(variants.map(([name]) => [name, []]));
  const notes = new Map();
  const noter = (name) => (count) => notes.set(name, Math.max(count, notes.get(name) ?? 0));
  for (const [name, cache] of variants) await prepare?.(cache, name);
  for (let round = 0; round < rounds; round++) {
    for (const [name, cache] of variants) {
      cpuNs = 0;
      const ns = await run(cache, name, noter(name));
      if (ns === undefined) continue;
      times.get(name).push(ns);
      cpu.get(name).push(cpuNs);
    }
  }
  const ours = median(times.get("holdfast"));
  const oursCpu = median(cpu.get("holdfast"));
  const rows = [...times]
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => {
      const version = peers[name] === undefined ? "" : ` ${versionOf(peers[name].package)}`;
      const ns = median(values);
      const cells = [`${name}${version}`, Math.round(ns), `${(ns / ours).toFixed(2)} ×`];
      if (oursCpu > 0) {
        const spent = median(cpu.get(name));
        cells.push(Math.round(spent), `${(spent / oursCpu).toFixed(2)} ×`);
      }
      return noted === undefined ? cells : [...cells, notes.get(name)];
    });
  const head = ["", "median", "to holdfast's"];
  if (oursCpu > 0) head.push("CPU of the process", "to holdfast's");
  console.log(`\n### ${title}\n`);
  console.log(table(noted === undefined ? head : [...head, noted], rows));
  for (const [, cache] of variants) await cache.close();
}

/** GET and JSON.parse with each client library, as an application without a cache would do it. */
async function rawClients() {
  const url = `redis://127.0.0.1:${server.port}`;
  const nodeRedis = await createClient({ url }).connect();
  const bare = await createClient({ url, commandOptions: { timeout: 0 } }).connect();
  const ioredis = new Redis(url);
  const raw = (client, close) => ({
    getOrSet: async (key, load) => {
      const text = await client.get(key);
      if (text !== null) return JSON.parse(text);
      const value = await load();
      await client.set(key, JSON.stringify(value));
      return value;
    },
    close,
  });
  return [
    ["raw GET + parse, node-redis", raw(nodeRedis, async () => nodeRedis.destroy())],
    ["raw GET + parse, node-redis, timeout: 0", raw(bare, async () => bare.destroy())],
    ["raw GET + parse, ioredis", raw(ioredis, async () => ioredis.disconnect())],
  ];
}

/** Nanoseconds for one operation, so many of them in flight, for the length of a round. */
async function nsEach(depth, operation) {
  const spentBefore = process.cpuUsage();
  const startedAt = performance.now();
  const endsAt = startedAt + roundMs;
  let done = 0;
  const worker = async () => {
    while (true) {
      // The clock is not asked each time: it costs as much as a hit.
      for (let time = 0; time < 16; time++) await operation(done++);
      if (performance.now() >= endsAt) return;
    }
  };
  await Promise.all(Array.from({ length: depth }, worker));
  const { user, system } = process.cpuUsage(spentBefore);
  cpuNs = ((user + system) * 1e3) / done;
  return ((performance.now() - startedAt) * 1e6) / done;
}

async function nsOf(work) {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) * 1e6;
}

function fail() {
  throw new Error("it should have been a hit");
}
