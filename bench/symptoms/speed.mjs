/*
 * How fast errors and log text are read: nanoseconds for a `classify`, megabytes a second for
 * `recognize`, over innocent text and where every line is a failure, and whether one long line costs
 * more than its length. Of processor time, so that other work on the machine counts less;
 * medians over rounds.
 *
 *   npm run build && node bench/symptoms/speed.mjs [rounds]
 */
import { readFileSync } from "node:fs";
import { classify, recognize } from "holdfast/symptoms";

const rounds = Number(process.argv[2] ?? 15);

/** A small generator of pseudo-random numbers (mulberry32), so that every run reads the same text. */
let state = 42;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
const upTo = (limit) => Math.floor(random() * limit);
const hex = (length) => Array.from({ length }, () => upTo(16).toString(16)).join("");
const time = () => new Date(1_700_000_000_000 + upTo(1e9)).toISOString();
const path = () =>
  `/api/v1/${["carts", "users", "orders", "items", "search"][upTo(5)]}/${upTo(1e6)}`;

/** What a service, a web server, a job runner and a framework write when all is well. */
const shapes = [
  () =>
    `{"level":30,"time":"${time()}","pid":${upTo(9999)},"hostname":"web-${upTo(9)}","req":{"id":"${hex(16)}","method":"GET","url":"${path()}","remoteAddress":"10.0.${upTo(255)}.${upTo(255)}"},"res":{"statusCode":200},"responseTime":${upTo(300)},"msg":"request completed"}`,
  () =>
    `10.0.${upTo(255)}.${upTo(255)} - - [06/Feb/2024:10:00:${10 + upTo(49)} +0000] "GET ${path()} HTTP/1.1" 200 ${upTo(9999)} "-" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`,
  () =>
    `${time()} INFO  [worker-${upTo(16)}] com.example.shop.OrderService - order ${hex(12)} confirmed in ${upTo(900)} ms, total ${upTo(500)}.99 EUR`,
  () =>
    `[${time()}: INFO/ForkPoolWorker-${upTo(8)}] Task app.tasks.send_mail[${hex(8)}-${hex(4)}] succeeded in ${random().toFixed(6)}s: None`,
  () =>
    `${time()} DEBUG sqlalchemy.engine.Engine SELECT users.id, users.name FROM users WHERE users.id = ${upTo(1e6)} LIMIT 1`,
];
const innocent = Array.from({ length: 30_000 }, () => shapes[upTo(shapes.length)]());

const fixtures = new URL("../../packages/holdfast/test/fixtures/log-lines/", import.meta.url);
const failing = ["tuned", "documented", "incidents-tuned"].flatMap((name) =>
  readFileSync(new URL(`${name}.jsonl`, fixtures), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ symptom }) => symptom !== null)
    .map(({ text }) => text),
);
const failures = Array.from({ length: 20 }, () => failing).flat();

const errors = {
  "system error": Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:6379"), {
    code: "ECONNREFUSED",
    syscall: "connect",
  }),
  reply: Object.assign(new Error("LOADING Redis is loading the dataset in memory"), {
    name: "ReplyError",
  }),
  "client's class": Object.assign(new Error("Reached the max retries per request limit"), {
    name: "MaxRetriesPerRequestError",
  }),
  "message alone": new Error("Stream isn't writeable and enableOfflineQueue options is false"),
};

function usedMs(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
const megabytes = (texts) => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;

function read(texts) {
  let found = 0;
  for (const text of texts) if (recognize(text) !== undefined) found++;
  return found;
}

function speed(texts) {
  const size = megabytes(texts);
  const rates = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    read(texts);
    return size / (usedMs(before) / 1e3);
  });
  return { rate: median(rates), size, found: read(texts) / texts.length };
}

const calls = 200_000;
for (const [name, error] of Object.entries(errors)) {
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call++) classify(error);
    return (usedMs(before) * 1e6) / calls;
  });
  console.log(`classify, ${name}: ${median(times).toFixed(0)} ns`);
}
for (const [name, texts] of Object.entries({ "innocent lines": innocent, failures })) {
  const { rate, size, found } = speed(texts);
  const share = `${(found * 100).toFixed(1)} % recognised`;
  console.log(`recognize, ${name}: ${rate.toFixed(0)} MB/s over ${size.toFixed(1)} MB, ${share}`);
}
const whole = innocent.join("\n");
console.log(`recognize, innocent, 1 text: ${speed([whole]).rate.toFixed(0)} MB/s`);
for (const unit of ["redis connection refused ", "errno 111 (", "timed out: timeout "]) {
  const line = unit.repeat(Math.ceil(1e6 / unit.length));
  const [short, long] = [speed([line.slice(0, 1e5)]).rate, speed([line]).rate];
  console.log(
    `recognize, "${unit}" as 1 MB: ${long.toFixed(0)} MB/s (as 100 kB: ${short.toFixed(0)})`,
  );
}
