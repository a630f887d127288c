/*
 * What a guard costs: operations per second through a guarded client against the raw one, all
 * policies on. The variants take turns within each round, so that a machine that slows down slows
 * them all; a ratio is the median of the rounds' ratios. Exits with 1 when a bar is missed.
 *
 *   npm run build && node bench/guard/throughput.mjs [rounds] [roundMs] [library]
 */
import { startRedis } from "@holdfast/testbed";
import { connected, quantile, variantsOf } from "./measure.mjs";

const rounds = Number(process.argv[2] ?? 41);
const roundMs = Number(process.argv[3] ?? 40);
const named = process.argv[4];

const get = (client) => client.get("key");
const set = (client) => client.set("key", "value");
const batch = (begin, end) => (client) => {
  const commands = begin(client);
  for (let index = 0; index < 50; index++) commands.get("key");
  return end(commands);
};
const workloads = [
  ...[1, 64, 1_024].flatMap((depth) => [
    { name: "GET", run: get, depth },
    { name: "SET", run: set, depth },
  ]),
  {
    name: "pipeline of 50 GET",
    run: batch(
      (client) => client.pipeline?.() ?? client.multi(),
      (commands) => commands.execAsPipeline?.() ?? commands.exec(),
    ),
    depth: 4,
  },
  {
    name: "MULTI of 50 GET",
    run: batch(
      (client) => client.multi(),
      (commands) => commands.exec(),
    ),
    depth: 4,
  },
];
/** Of the raw client at its defaults, in percent. */
const bars = { ioredis: { 1: 97, 64: 92, 1024: 92 }, "node-redis": { 1: 100, 64: 100, 1024: 100 } };

/** All policies on; patient, so that a busy machine cuts no round short. */
const options = { maxInFlight: 2_048, attemptTimeoutMs: 2_000, deadlineMs: 10_000 };

const server = await startRedis({ persist: false });
let missed = 0;
for (const library of named === undefined ? Object.keys(bars) : [named]) {
  const made = Object.entries(variantsOf(library, server.port, options));
  const variants = [];
  for (const [name, make] of made) variants.push({ name, client: await connected(make()) });
  console.log(`\n| ${library}, in flight | ${variants.map(({ name }) => name).join(" | ")} |`);
  for (const workload of workloads) {
    for (const variant of variants) {
      variant.rates = [];
      variant.latencies = [];
      variant.costs = [];
      await operate(variant.client, workload, 30);
    }
    for (let round = 0; round < rounds; round++) {
      // Each goes first as often as the others.
      const turn = variants.map((_, index) => variants[(index + round) % variants.length]);
      for (const { client, rates, latencies, costs } of turn) {
        const { rate, medianUs, cpuUs } = await operate(client, workload, roundMs);
        rates.push(rate);
        latencies.push(medianUs);
        costs.push(cpuUs);
      }
    }
    print(library, workload, variants);
  }
  for (const { client } of variants) client.disconnect();
}
await server.close();
process.exitCode = missed > 0 ? 1 : 0;

async function operate(client, { run, depth }, forMs) {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const endsAt = startedAt + forMs;
  const latencies = [];
  let done = 0;
  const worker = async () => {
    let now = performance.now();
    while (now < endsAt) {
      await run(client);
      const settledAt = performance.now();
      latencies.push(settledAt - now);
      now = settledAt;
      done++;
    }
  };
  await Promise.all(Array.from({ length: depth }, worker));
  const rate = (done / (performance.now() - startedAt)) * 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { rate, medianUs: quantile(latencies, 0.5) * 1_000, cpuUs: (user + system) / done };
}

function print(library, { name, depth }, variants) {
  const guarded = variants.at(-1);
  const ratio = (key, { [key]: others }) =>
    quantile(
      guarded[key].map((value, round) => (value / others[round]) * 100),
      0.5,
    );
  const columns = variants.map((variant) => {
    const rate = `${Math.round(quantile(variant.rates, 0.5)).toLocaleString("en")}/s`;
    if (variant === guarded) return rate;
    const latency = depth === 1 ? `, latency ${ratio("latencies", variant).toFixed(0)} %` : "";
    // Processor time says the same as the rate, and hardly hears what else runs on the machine.
    const cost = `, CPU ${ratio("costs", variant).toFixed(0)} %`;
    return `${rate} (guarded: ${ratio("rates", variant).toFixed(0)} %${cost}${latency})`;
  });
  const bar = bars[library][depth];
  const share = ratio("rates", variants[0]);
  const verdict = bar === undefined ? "" : `${share >= bar ? "holds" : "MISSED"} (bar: ${bar} %)`;
  if (verdict.startsWith("MISSED")) missed++;
  console.log(`| ${name}, ${depth} | ${columns.join(" | ")} | ${verdict} |`);
}
