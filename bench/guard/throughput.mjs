/*
 * What a guard costs: commands per second through a guarded client against the raw one, one SET to
 * three GETs, all policies on. The variants take turns within each round, so that a machine that
 * slows down slows them all; medians over the rounds are compared.
 *
 *   npm run build && node bench/guard/throughput.mjs [rounds] [roundMs]
 */
import { startRedis } from "@holdfast/testbed";
import { protect } from "holdfast";
import { Redis } from "ioredis";
import { createClient } from "redis";

const rounds = Number(process.argv[2] ?? 11);
const roundMs = Number(process.argv[3] ?? 250);
const inFlight = [1, 64, 1_024];

const server = await startRedis();
const url = `redis://127.0.0.1:${server.port}`;
const nodeRedis = (options) => createClient({ url, ...options }).on("error", () => {});

const suites = {
  ioredis: { raw: new Redis(url), guarded: protect(new Redis(url), { maxInFlight: 2_048 }) },
  "node-redis": {
    raw: await nodeRedis({}).connect(),
    "raw, timeout: 0": await nodeRedis({ commandOptions: { timeout: 0 } }).connect(),
    guarded: await protect(nodeRedis({}), { maxInFlight: 2_048 }).connect(),
  },
};

for (const [library, variants] of Object.entries(suites)) {
  for (const depth of inFlight) {
    const rates = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, client] of Object.entries(variants)) {
        rates[name].push(await commandsPerSecond(client, depth));
      }
    }
    report(library, depth, rates);
  }
}

for (const variants of Object.values(suites)) {
  for (const client of Object.values(variants)) client.disconnect();
}
await server.close();

async function commandsPerSecond(client, depth) {
  const startedAt = performance.now();
  const endsAt = startedAt + roundMs;
  let done = 0;
  const worker = async () => {
    while (performance.now() < endsAt) {
      if (done % 4 === 0) await client.set("key", "value");
      else await client.get("key");
      done++;
    }
  };
  await Promise.all(Array.from({ length: depth }, worker));
  return (done / (performance.now() - startedAt)) * 1_000;
}

function report(library, depth, rates) {
  const medians = Object.entries(rates).map(([name, values]) => [name, median(values)]);
  const guarded = medians.at(-1)[1];
  const parts = medians.map(([name, rate]) => {
    const ratio = name === "guarded" ? "" : ` (guarded: ${Math.round((guarded / rate) * 100)} %)`;
    return `${name} ${Math.round(rate)}/s${ratio}`;
  });
  console.log(`${library}, ${depth} in flight: ${parts.join(", ")}`);
}

function median(values) {
  return values.toSorted((one, other) => one - other)[values.length >> 1];
}
