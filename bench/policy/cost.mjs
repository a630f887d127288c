/*
 * What a policy costs, beside cockatiel and opossum. Exits with 1 when a bar is missed.
 *
 *   npm run build && npm ci --prefix bench/policy && node bench/policy/cost.mjs
 */
import { execFileSync } from "node:child_process";
import { getEventListeners } from "node:events";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { createPolicy, withDeadline } from "holdfast";
import { loop, nanosecondsPerCall, quantile, timed } from "./measure.mjs";
import { failing, healthy, open, parts, work } from "./subjects.mjs";

const bars = [];
const whole = (value) => Math.round(value).toLocaleString("en");

console.log(`Node.js ${process.version}, ${cpus()[0].model}, ${cpus().length} CPUs`);
const bytes = measuredBytes();

heading(
  "An async function that succeeds: retry + breaker + deadline (opossum: breaker + time-out)",
);
const ns = await nanosecondsPerCall(healthy());
table(ns, bytes.healthy);
bar("ns over the bare call", ns.holdfast - ns.bare, "at most", 350);
bar("bytes over the bare call", bytes.healthy.holdfast - bytes.healthy.bare, "at most", 800);
bar("× faster than cockatiel", ns.cockatiel / ns.holdfast, "at least", 30);
bar("× faster than opossum", ns.opossum / ns.holdfast, "at least", 2);

heading("Holdfast, one part more at a time");
table(await nanosecondsPerCall(parts()), bytes.parts);

heading("Refused while open, awaited and caught");
const refused = await nanosecondsPerCall(await open());
for (const [name, value] of Object.entries(refused)) row(name, `${whole(value)} ns`);
bar("ns for a refusal", refused.holdfast, "at most", 2_000);
bar("× faster than cockatiel", refused.cockatiel / refused.holdfast, "at least", 2);
bar("× faster than opossum", refused.opossum / refused.holdfast, "at least", 2);

heading("A failure, with so many failures in the window already");
const growth = await failureCosts();
for (const [name, costs] of Object.entries(growth)) {
  row(name, ...Object.entries(costs).map(([held, cost]) => `${held}: ${whole(cost)} ns`));
}
bar(
  "× as dear with 100,000 in the window",
  growth.holdfast["100000"] / growth.holdfast["1000"],
  "at most",
  1.5,
);

heading("1,000,000 calls on one signal");
const grown = await heapGrowth();
bar("bytes that each call leaves", grown.bytes, "at most", 1);
bar("listeners that are left", grown.listeners, "at most", 0);

heading("withDeadline (from its first use on, the process tracks async contexts)");
const policy = createPolicy({ retry: {}, breaker: {}, deadlineMs: 1_000 });
const call = () => policy.execute(work);
const before = await nanosecondsPerCall({ bare: work, call });
withDeadline(1_000, () => {});
const after = await nanosecondsPerCall({
  bare: work,
  call,
  inside: () => withDeadline(500, call),
});
row("never used", `bare ${whole(before.bare)} ns`, `call ${whole(before.call)} ns`);
row("used elsewhere", `bare ${whole(after.bare)} ns`, `call ${whole(after.call)} ns`);
row("around the call", `call ${whole(after.inside)} ns`);

const missed = bars.filter(({ holds }) => !holds);
console.log(`\n${bars.length - missed.length} of ${bars.length} bars hold`);
process.exit(missed.length === 0 ? 0 : 1);

function measuredBytes() {
  const flags = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];
  const script = fileURLToPath(new URL("bytes.mjs", import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [...flags, script], { encoding: "utf8" }));
}

/** Nanoseconds for a failure, at so many failures in the window. */
async function failureCosts() {
  const costs = {};
  for (const [name, fail] of Object.entries(failing())) {
    const run = loop();
    const atMost = name === "opossum" ? 20 : 1_000;
    costs[name] = {};
    let held = 0;
    await run(fail, 1);
    for (const until of [1_000, 10_000, 100_000]) {
      // opossum's own cost grows with each: so many would take it an hour.
      if (name === "opossum" && until > 10_000) break;
      await run(fail, until - held);
      const samples = [];
      for (let sample = 0; sample < 15; sample++) {
        samples.push((await timed(run, fail, atMost)) / atMost);
      }
      costs[name][until] = quantile(samples, 0.25);
      held = until + 15 * atMost;
    }
  }
  return costs;
}

async function heapGrowth() {
  const { signal } = new AbortController();
  const policy = createPolicy({ retry: {}, breaker: {}, deadlineMs: 1_000, maxInFlight: 10 });
  const run = loop();
  const call = () => policy.execute(work, { signal });
  const heap = async () => {
    const { runInNewContext } = await import("node:vm");
    const { setFlagsFromString } = await import("node:v8");
    setFlagsFromString("--expose-gc");
    runInNewContext("gc")();
    return process.memoryUsage().heapUsed;
  };
  await run(call, 100_000);
  const before = await heap();
  const calls = 1_000_000;
  await run(call, calls);
  const bytes = ((await heap()) - before) / calls;
  return { bytes, listeners: getEventListeners(signal, "abort").length };
}

function table(ns, bytes) {
  for (const name of Object.keys(ns)) {
    const over =
      name === "bare"
        ? ""
        : `+${whole(ns[name] - ns.bare)} ns, +${whole(bytes[name] - bytes.bare)} bytes`;
    row(name, `${whole(ns[name])} ns`, `${whole(bytes[name])} bytes`, over);
  }
}

function heading(text) {
  console.log(`\n${text}`);
}

function row(name, ...columns) {
  console.log(
    `  ${name.padEnd(20)}${columns.map((column) => column.padEnd(18)).join("")}`.trimEnd(),
  );
}

function bar(what, value, comparison, limit) {
  const holds = comparison === "at most" ? value <= limit : value >= limit;
  bars.push({ what, holds });
  const shown = value < 100 ? value.toFixed(1) : whole(value);
  console.log(
    `  ${holds ? "✓" : "✗"} ${shown} ${what} (${comparison} ${limit.toLocaleString("en")})`,
  );
}
