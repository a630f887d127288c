import { describe, expect, it } from "vitest";
import { problemsOf, runChaos } from "./support/chaos.ts";
import { newestKinds } from "./support.ts";

describe.each(newestKinds)("%s in chaos", (kind) => {
  it("runs every increment at most once, and loses none that it acknowledged", async () => {
    // To replay another one: HOLDFAST_CHAOS_SEED=… and this file.
    const seed = Number(process.env.HOLDFAST_CHAOS_SEED ?? 42);
    const histories = await runChaos(kind, seed, 3_000);
    expect(histories.flatMap(problemsOf), `HOLDFAST_CHAOS_SEED=${seed}`).toEqual([]);
    expect(histories.flatMap(({ acknowledged }) => acknowledged).length).toBeGreaterThan(0);
  });
});

it.each([
  ["an increment that ran twice", { acknowledged: [1, 2], unknown: 0, final: 3 }],
  ["an acknowledged increment that is gone", { acknowledged: [1, 2], unknown: 1, final: 1 }],
  ["one value that was given twice", { acknowledged: [1, 1], unknown: 0, final: 2 }],
  ["a reply from before its command", { acknowledged: [1, 2], unknown: 0, final: 2, stale: 1 }],
])("the checker finds %s", (_what, history) => {
  expect(problemsOf({ declined: 0, stale: 0, ...history })).toHaveLength(1);
  expect(problemsOf({ acknowledged: [1, 3], unknown: 1, final: 3, declined: 9, stale: 0 })).toEqual(
    [],
  );
});
