import { describe, expect, it } from "vitest";
import { problemsOf, runChaos } from "./support/chaos.ts";
import { clientKinds, oldestKinds } from "./support.ts";

const seeds = [1, 2, 3, 4, 5, 6];

describe.each([...clientKinds, ...oldestKinds])("%s in long chaos", (kind) => {
  it.each(seeds)("keeps its promises with seed %i", async (seed) => {
    const histories = await runChaos(kind, seed, 10_000);
    const replay = `HOLDFAST_CHAOS_SEED=${seed} and chaos.test.ts with ${kind}`;
    expect(histories.flatMap(problemsOf), replay).toEqual([]);
    const acknowledged = histories.flatMap((history) => history.acknowledged);
    expect(acknowledged.length, replay).toBeGreaterThan(100);
  });
});
