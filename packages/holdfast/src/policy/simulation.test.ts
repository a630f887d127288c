import { describe, expect, it, vi } from "vitest";
import { PolicySimulation } from "../../test/support/policy-simulation.ts";

// HOLDFAST_SEED replays one schedule, HOLDFAST_SCHEDULES runs more of them.
const first = Number(process.env.HOLDFAST_SEED ?? 1);
const count =
  process.env.HOLDFAST_SEED === undefined ? Number(process.env.HOLDFAST_SCHEDULES ?? 2_000) : 1;

describe("a policy in any weather", () => {
  it(`keeps its promises over ${count} schedules`, { timeout: 120_000 }, async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    for (let seed = first; seed < first + count; seed++) {
      const simulation = new PolicySimulation(seed);
      await simulation.run();
      const replay = `HOLDFAST_SEED=${seed} npx vitest run packages/holdfast/src/policy/simulation`;
      expect(simulation.violations, replay).toEqual([]);
    }
    warn.mockRestore();
  });
});
