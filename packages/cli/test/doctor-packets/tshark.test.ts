import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { pcapOf } from "./support/capture-writer.ts";
import { captureFile } from "./support/examine.ts";
import { type MarkedFrames, ourMarks } from "./support/tshark.ts";
import { wildSteps, wildTraffic } from "./support/wild-traffic.ts";

/** Written by tshark.long.test.ts with `TSHARK_FIXTURES=write`. */
const fixtures = JSON.parse(
  readFileSync(new URL("../fixtures/tshark-marks.json", import.meta.url), "utf8"),
) as { version: string; bySeed: Record<string, MarkedFrames> };

it("marks the frames that tshark marks, in traffic as bad as it gets", async () => {
  const total = { frames: 0 };
  for (const [seed, expected] of Object.entries(fixtures.bySeed)) {
    const file = captureFile(pcapOf(wildTraffic(Number(seed), wildSteps)));
    expect({ seed, ...(await ourMarks(file)) }).toEqual({ seed, ...expected });
    for (const frames of Object.values(expected)) total.frames += frames.length;
  }
  // Every rule had something to say.
  for (const mark of Object.keys(Object.values(fixtures.bySeed)[0] ?? {})) {
    const count = Object.values(fixtures.bySeed).reduce(
      (sum, marked) => sum + marked[mark as keyof MarkedFrames].length,
      0,
    );
    expect([mark, count > 0]).toEqual([mark, true]);
  }
  expect(total.frames).toBeGreaterThan(1000);
});
