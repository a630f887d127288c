/*
 * The doctor's reading of a capture, requests matched with their replies, beside tshark's expert
 * information on the same file. They take turns, each in a process of its own, so that a machine
 * that slows down slows both; medians over the rounds are compared.
 *
 *   npm run build && node bench/packets/packets.mjs [packets] [rounds] [seed]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateConnections } from "./connections.mjs";
import { generate } from "./generate.mjs";

const packets = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 3);
const seed = Number(process.argv[4] ?? 1);
const connections = 200_000;
const examine = fileURLToPath(new URL("examine.mjs", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
const file = join(directory, "traffic.pcap");

try {
  const count = generate(file, packets, seed);
  console.log(`${count} packets, ${Math.round(statSync(file).size / 1e6)} MB, seed ${seed}`);
  const ours = [];
  const theirs = [];
  let last;
  for (let round = 0; round < rounds; round++) {
    ours.push(timed(process.execPath, [examine, file], (output) => (last = JSON.parse(output))));
    theirs.push(timed("tshark", ["-n", "-q", "-r", file, "-z", "expert"]));
    console.log(
      `round ${round + 1}: ${rate(ours.at(-1).wall, count)} and ${rate(theirs.at(-1).wall, count)}`,
    );
  }
  if (last.packets !== count || last.replies === 0) throw new Error("packets were left out");
  for (const kind of ["wall", "cpu"]) {
    const [own, other] = [median(ours, kind), median(theirs, kind)];
    const ratio = (other / own).toFixed(1);
    console.log(`${kind}: ${rate(own, count)}, tshark ${rate(other, count)}, ratio ${ratio}`);
  }
  console.log(`${last.peakMb} MB at the peak`);
  const open = generateConnections(file, connections);
  timed(process.execPath, [examine, file], (output) => (last = JSON.parse(output)));
  if (last.packets !== open) throw new Error("packets were left out");
  console.log(`${connections} connections that stay open: ${last.peakMb} MB at the peak`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** Wall and processor time of a program, as the shell tells them. */
function timed(program, args, read = () => undefined) {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" 2>/dev/null';
  const { stdout, stderr, status } = spawnSync("bash", ["-c", script, "-", program, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${program} failed`);
  read(stdout);
  const [wall, user, system] = stderr.trim().split(" ").map(Number);
  return { wall, cpu: user + system };
}

function rate(seconds, count) {
  return `${Math.round(count / seconds / 1000)}k packets/s`;
}

function median(runs, kind) {
  return runs.map((run) => run[kind]).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)];
}
