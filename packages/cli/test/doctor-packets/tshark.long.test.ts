import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { pcapOf } from "./support/capture-writer.ts";
import { captureFile } from "./support/examine.ts";
import { hasTshark, type MarkedFrames, ourMarks, tsharkMarks } from "./support/tshark.ts";
import { wildSteps, wildTraffic } from "./support/wild-traffic.ts";

const seeds = Array.from({ length: 40 }, (_, index) => index + 100);
const committedSeeds = [1, 2, 3, 4, 5, 6, 7, 8];

const wild = (seed: number): string => captureFile(pcapOf(wildTraffic(seed, wildSteps)));

it.runIf(hasTshark)(
  "agrees with the tshark that is here on every frame",
  async () => {
    for (const seed of seeds) {
      const file = wild(seed);
      expect({ seed, ...(await ourMarks(file)) }).toEqual({ seed, ...tsharkMarks(file) });
    }
  },
  300_000,
);

it.runIf(hasTshark && process.env.TSHARK_FIXTURES === "write")(
  "writes the fixtures anew",
  () => {
    const bySeed: Record<string, MarkedFrames> = {};
    for (const seed of committedSeeds) bySeed[seed] = tsharkMarks(wild(seed));
    const [version = ""] = execFileSync("tshark", ["--version"], { encoding: "utf8" }).split("\n");
    const file = new URL("../fixtures/tshark-marks.json", import.meta.url);
    const lines = Object.entries(bySeed).map(
      ([seed, marked]) => `    "${seed}": ${JSON.stringify(marked)}`,
    );
    writeFileSync(
      file,
      `{\n  "version": ${JSON.stringify(version)},\n  "bySeed": {\n${lines.join(",\n")}\n  }\n}\n`,
    );
    expect(lines).toHaveLength(committedSeeds.length);
  },
  300_000,
);
