/*
 * What an outage of Redis does to the callers of each cache and to the primary behind it: 500 requests
 * a second over 10,000 keys. Each cache has a process, a redis-server and a fault proxy of its own,
 * and all suffer the same fault at the same time.
 *
 *   npm run build && npm ci --prefix bench/cache && node bench/cache/outage.mjs [seed] [fault...]
 *
 * Prints a table and writes outage.svg beside itself.
 */
import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { startProxy, startRedis } from "@holdfast/testbed";
import { quantile, table } from "./figures.mjs";
import { peers, versionOf } from "./peers.mjs";
import { plot } from "./plot.mjs";

const rate = 500;
const [warmS, faultS, afterS] = [2, 6, 5];
const seed = Number(process.argv[2] ?? 1);
const chosen = process.argv.slice(3);

const faults = {
  refused: (stage) => stage.proxy.down(),
  silent: (stage) => stage.proxy.blackhole(),
  "slow, 0 ms": () => undefined,
  "slow, 100 ms": (stage) => stage.proxy.latency({ ms: 100 }),
  "slow, 500 ms": (stage) => stage.proxy.latency({ ms: 500 }),
  flapping: (stage) => stage.proxy.flap({ upMs: 200, downMs: 200 }),
};

const head = ["fault", "cache", "served", "p50", "p99", "loads/s, peak", "consistent", "unhandled"];
console.log(`seed ${seed}, ${rate} requests/s, ${faultS} s of fault\n`);

const names = Object.keys(peers).filter((name) => name !== "holdfast, ioredis");
const series = [];
const rows = [];
for (const fault of chosen.length > 0 ? chosen : Object.keys(faults)) {
  const stages = await Promise.all(names.map(openStage));
  for (const stage of stages) await stage.ask("fill", "filled");
  for (const stage of stages) stage.child.send("start");
  await seconds(warmS);
  await Promise.all(stages.map((stage) => faults[fault](stage)));
  await seconds(faultS);
  await Promise.all(stages.map((stage) => stage.proxy.clear()));
  await seconds(afterS);
  for (const stage of stages) {
    const seen = await stage.report();
    const during = seen.bySecond.filter(({ place }) => place >= warmS && place < warmS + faultS);
    const sum = (field) => during.reduce((total, each) => total + each[field], 0);
    const latencies = during.flatMap((each) => each.latencies);
    const peak = Math.max(...seen.loadsBySecond.slice(warmS, warmS + faultS + afterS));
    rows.push([
      fault,
      `${stage.name} ${versionOf(peers[stage.name].package)}`,
      `${((100 * sum("served")) / sum("asked")).toFixed(1)} %`,
      latencies.length === 0 ? "—" : `${quantile(latencies, 0.5).toFixed(1)} ms`,
      latencies.length === 0 ? "—" : `${quantile(latencies, 0.99).toFixed(0)} ms`,
      peak,
      consistency(seen),
      seen.unhandled,
    ]);
    series.push({
      fault,
      name: stage.name,
      served: seen.bySecond.map(({ place, served }) => [place, served]),
    });
  }
  await Promise.all(stages.map((stage) => stage.close()));
  // As they come: the next fault takes a while.
  console.log(table(head, rows.splice(0)), "\n");
}

const times = { warmS, faultS, totalS: warmS + faultS + afterS, rate };
writeFileSync(new URL("outage.svg", import.meta.url), plot(series, names, times));

/** When the last stale answer came, counted from the end of the fault. */
function consistency({ stale }) {
  const endMs = (warmS + faultS) * 1_000;
  const last = stale.at(-1);
  if (last === undefined) return "always";
  if (last > endMs + (afterS - 1) * 1_000) return `not within ${afterS - 1} s`;
  return last <= endMs ? "at once" : `${((last - endMs) / 1_000).toFixed(1)} s`;
}

async function openStage(name) {
  const server = await startRedis();
  const proxy = await startProxy({ upstreamPort: server.port });
  const args = [name, proxy.port, rate, seed].map(String);
  const child = fork(new URL("outage-process.mjs", import.meta.url), args, { silent: true });
  let said = "";
  child.stdout.resume();
  child.stderr.on("data", (text) => {
    said = `${said}${text}`.slice(-2_000);
  });
  const ended = new Promise((resolve) =>
    child.once("exit", (code, signal) => resolve({ code, signal })),
  );
  // A message or the end, whichever comes first: nobody waits for a process that has died.
  const heard = async () => {
    const message = new Promise((resolve) => child.once("message", resolve));
    const first = await Promise.race([message, ended.then((end) => ({ end }))]);
    if (first.end === undefined) return first;
    const { code, signal } = first.end;
    throw new Error(`${name} ended with code ${code}, signal ${signal}:\n${said}`);
  };
  await heard();
  return {
    name,
    proxy,
    child,
    async ask(question) {
      const answer = heard();
      child.send(question);
      await answer;
    },
    report() {
      const answer = heard();
      if (child.connected) child.send("stop");
      return answer;
    },
    async close() {
      child.kill();
      await proxy.close();
      await server.close();
    },
  };
}

function seconds(count) {
  return new Promise((resolve) => setTimeout(resolve, count * 1_000));
}
