/*
 * The doctor's reading of a capture, requests matched with their replies, beside tshark's expert
 * information on the same file. They take turns, each in a process of its own, so that a machine
 * that slows down slows both; medians over the rounds are compared.
 *
 *   npm run build && node bench/packets/packets.mjs [packets] [rounds] [seed]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "./generate.mjs";

const packets = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 3);
const seed = Number(process.argv[4] ?? 1);
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
      `round ${round + 1}: ${rate(ours.at(-1), count)} and ${rate(theirs.at(-1), count)}`,
    );
  }
  if (last.packets !== count || last.replies === 0) throw new Error("packets were left out");
  console.log(`examinePackets  ${rate(median(ours), count)}, ${last.peakMb} MB at its peak`);
  console.log(`tshark -z expert  ${rate(median(theirs), count)}`);
  console.log(`ratio ${(median(theirs) / median(ours)).toFixed(1)}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function timed(program, args, read = () => undefined) {
  const start = performance.now();
  const output = execFileSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const took = performance.now() - start;
  read(output);
  return took;
}

function rate(ms, count) {
  return `${Math.round(count / ms)}k packets/s`;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
