// Produces every fault that can be produced here and writes how often the doctor is right into
// docs/doctor.md. As root on Linux it does so in a network of its own, with packets dropped in it.
// With a file that a run left (HOLDFAST_SCORE_FILE), it only writes the tables.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const page = join(root, "docs", "doctor.md");
const [given] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "holdfast-score-"));
const file = join(folder, "score.json");
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const args = [vitest, "run", "--project", "long", "packages/cli/test/doctor/score.long.test.ts"];
const environment = { ...process.env, HOLDFAST_SCORE_FILE: file, HOLDFAST_LONG_TESTS: "1" };
const options = { cwd: root, stdio: "inherit" };
const isOwn = spawnSync("unshare", ["-n", "true"]).status === 0;
if (given !== undefined) {
  copyFileSync(given, file);
} else if (isOwn) {
  const command = 'ip link set lo up && exec "$0" "$@"';
  spawnSync("unshare", ["-n", "sh", "-c", command, process.execPath, ...args], {
    ...options,
    env: { ...environment, HOLDFAST_OWN_NETWORK: "1" },
  });
} else {
  spawnSync(process.execPath, args, { ...options, env: environment });
}
const rows = JSON.parse(readFileSync(file, "utf8"));
rmSync(folder, { recursive: true, force: true });

const sets = ["logs", "server", "packets", "all"].filter((set) =>
  rows.some(({ sources }) => sources === set),
);
const before = readFileSync(page, "utf8");
const [begin, end] = ["<!-- score -->", "<!-- /score -->"];
const from = before.indexOf(begin) + begin.length;
writeFileSync(
  page,
  `${before.slice(0, from)}\n\n${tables()}\n\n${before.slice(before.indexOf(end))}`,
);

function tables() {
  const causes = [...new Set(rows.map(({ cause }) => cause))];
  const faults = rows.filter(({ sources }) => sources === "all").length;
  const total = sets.map((set) => summary(set)).join("\n");
  const each = causes
    .map((cause) => `| ${cause} | ${sets.map((set) => cell(cause, set)).join(" | ")} |`)
    .join("\n");
  return `${faults} produced faults of ${causes.length} causes:

| sources | can tell | Top-1 of those | Top-3 of those |
|---|---|---|---|
${total}

Top-1 by cause, of the faults that were produced with node-redis, ioredis and redis-py:

| cause | ${sets.join(" | ")} |
|---|${sets.map(() => "---|").join("")}
${each}`;
}

function summary(set) {
  const all = rows.filter(({ sources }) => sources === set);
  const telling = all.filter(({ tells }) => tells);
  const share = (count) => `${Math.round((100 * count) / Math.max(1, telling.length))} %`;
  const first = telling.filter(({ rank, named, cause }) => rank === 1 && named === cause).length;
  const three = telling.filter(({ rank }) => rank >= 1 && rank <= 3).length;
  return `| ${set} | ${telling.length} of ${all.length} | ${share(first)} | ${share(three)} |`;
}

function cell(cause, set) {
  const all = rows.filter((row) => row.sources === set && row.cause === cause);
  return `${all.filter(({ named }) => named === cause).length}/${all.length}`;
}
