import { expect, it } from "vitest";
import { staleReads } from "./checker.ts";
import { boundMs, play } from "./scene.ts";

const seed = Number(process.env.HOLDFAST_SEED ?? 1);
const replay = `HOLDFAST_SEED=${seed} npx vitest run packages/holdfast/test/cache/history`;

it("three processes on one failing Redis never read what was changed before the bound", async () => {
  const { events, faults, counts } = await play(seed, 4_000);
  expect(faults, replay).toEqual([]);
  expect(staleReads(events, boundMs), replay).toEqual([]);
  // It was no idle game: many reads, and changes that Redis was told of late.
  expect(counts.reads).toBeGreaterThan(100);
  expect(counts.queued).toBeGreaterThan(0);
});
