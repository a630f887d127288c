import { expect, it } from "vitest";
import { staleReads } from "./checker.ts";
import { boundMs, play } from "./scene.ts";

const first = Number(process.env.HOLDFAST_SEED ?? 100);
const count = process.env.HOLDFAST_SEED === undefined ? 10 : 1;
const seeds = Array.from({ length: count }, (_unused, index) => first + index);

it.each(seeds)(
  "three processes keep the bound through half a minute of faults, seed %i",
  { timeout: 180_000 },
  async (seed) => {
    const replay = `HOLDFAST_SEED=${seed} npx vitest run --project long packages/holdfast/test/cache`;
    const { events, faults } = await play(seed, 30_000);
    expect(faults, replay).toEqual([]);
    expect(staleReads(events, boundMs), replay).toEqual([]);
  },
);
