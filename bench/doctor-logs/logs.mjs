// How fast `holdfast doctor` reads logs, beside `grep -E` with words of the same failures.
//   npm run build && node bench/doctor-logs/logs.mjs [MB]
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const megabytes = Number(process.argv[2] ?? 500);
const examine = fileURLToPath(new URL("examine.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "holdfast-logs-"));
/** What a person would grep for; the doctor knows some 300 wordings and folds stack traces. */
const pattern =
  "ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EMFILE|Connection refused|Connection reset|Timeout reading|Timeout connecting|Command timed out|NOAUTH|WRONGPASS|NOPERM|LOADING|READONLY|OOM command|MISCONF|MASTERDOWN|CLUSTERDOWN|max number of clients|pool exhausted|Could not get a resource";

const failures = [
  "redis.exceptions.ConnectionError: Error 111 connecting to 10.0.0.5:6379. Connection refused.",
  "[ioredis] Unhandled error event: Error: connect ECONNREFUSED 10.0.0.5:6379",
  "redis.exceptions.TimeoutError: Timeout reading from socket",
  "redis.clients.jedis.exceptions.JedisConnectionException: Could not get a resource from the pool",
];
const stamp = (index) =>
  new Date(1_795_611_600_000 + index * 7).toISOString().replace("T", " ").replace("Z", "");
const kinds = {
  "mostly innocent (1 failure in 5,000 lines)": (index) =>
    index % 5000 === 0
      ? `${stamp(index)} ERROR [http-${index % 8}] ${failures[2]}\n`
      : `${stamp(index)} INFO [http-${index % 8}] GET /api/products/${index} 200 ${index % 90}ms user=${index * 7} trace=4bf92f${index}\n`,
  "every line a failure": (index) =>
    `${stamp(index)} ERROR [worker-${index % 8}] ${failures[index % 4]}\n`,
};

try {
  console.log(
    "| log | size | doctor | per second of CPU | grep -E | per second of CPU | doctor's memory growth |\n|---|---|---|---|---|---|---|",
  );
  for (const [name, line] of Object.entries(kinds)) {
    const file = join(folder, "bench.log");
    await write(file, line);
    const size = statSync(file).size / 1e6;
    const { seconds, cpu, growth } = best(() => {
      const { stdout } = spawnSync(process.execPath, [examine, file], { encoding: "utf8" });
      return JSON.parse(stdout);
    });
    const grep = best(() => {
      const began = process.hrtime.bigint();
      const timed = 'TIMEFORMAT="%U %S"; time grep -cE "$0" "$1" | cat >/dev/null';
      const { stderr } = spawnSync("bash", ["-c", timed, pattern, file], {
        env: { ...process.env, LC_ALL: "C" },
        encoding: "utf8",
      });
      const [user = 0, system = 0] = stderr.trim().split(" ").map(Number);
      return { seconds: Number(process.hrtime.bigint() - began) / 1e9, cpu: user + system };
    });
    const speed = (taken) => `${Math.round(size / taken)} MB/s`;
    console.log(
      `| ${name} | ${Math.round(size)} MB | ${speed(seconds)} | ${speed(cpu)} | ${speed(grep.seconds)} | ${speed(grep.cpu)} | ${Math.round(growth)} MB |`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The fastest of three: what else the machine does only slows down. */
function best(measure) {
  return [measure(), measure(), measure()].sort((a, b) => a.seconds - b.seconds)[0];
}

async function write(file, line) {
  const out = createWriteStream(file);
  for (let index = 0, bytes = 0; bytes < megabytes * 1e6; ) {
    let part = "";
    for (let end = index + 10_000; index < end; index++) part += line(index);
    bytes += part.length;
    if (!out.write(part)) await once(out, "drain");
  }
  out.end();
  await once(out, "close");
}
