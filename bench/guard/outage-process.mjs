/*
 * One client under 2,000 GET a second, in a process of its own so that its heap is its own. It is told
 * by messages what happens to its Redis, and answers with what that did to it.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { connected, variantsOf } from "./measure.mjs";

const [library, variant, port] = process.argv.slice(2);
const everyMs = 5;
const perTick = 10;

// What libraries do with an error that nobody hears is not measured here.
process.on("unhandledRejection", () => {});
const client = await connected(variantsOf(library, Number(port))[variant]());

let pending = 0;
let slowestMs = 0;
const pendingSince = new Map();
let next = 0;
let succeededAt;
let backAt = Number.POSITIVE_INFINITY;

function ask() {
  const id = next++;
  const startedAt = performance.now();
  pendingSince.set(id, startedAt);
  pending++;
  const settle = () => {
    pending--;
    pendingSince.delete(id);
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
  };
  client.get("key").then(() => {
    settle();
    // Only one that was asked after Redis was back counts as recovery.
    if (startedAt > backAt) succeededAt ??= performance.now();
  }, settle);
}

const load = setInterval(() => {
  for (let count = 0; count < perTick; count++) ask();
}, everyMs);

await delay(2_000);
globalThis.gc();
const heapBefore = process.memoryUsage().heapUsed;
slowestMs = 0;
process.send("ready");

const loop = monitorEventLoopDelay({ resolution: 1 });
process.on("message", async (message) => {
  if (message === "fault") {
    loop.enable();
  } else if (message === "measure") {
    loop.disable();
    const p99Ms = loop.percentile(99) / 1e6;
    globalThis.gc();
    const now = performance.now();
    const oldest = Math.max(0, ...[...pendingSince.values()].map((since) => now - since));
    process.send({
      heapMb: (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20,
      loopP99Ms: p99Ms,
      pending,
      slowestMs: Math.max(slowestMs, oldest),
    });
  } else if (message === "back") {
    backAt = performance.now();
    const giveUpAt = backAt + 5_000;
    while (succeededAt === undefined && performance.now() < giveUpAt) await delay(5);
    process.send({ recoveryMs: succeededAt === undefined ? undefined : succeededAt - backAt });
  } else if (message === "end") {
    clearInterval(load);
    process.exit();
  }
});
