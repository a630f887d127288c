import { expect, it } from "vitest";
import { connectingScenarios } from "./scenarios/connecting.ts";
import { servingScenarios } from "./scenarios/serving.ts";
import { scoreOf } from "./score.ts";

/** A few of the faults that `score.long.test.ts` produces; those that take little time. */
const chosen = [...connectingScenarios, ...servingScenarios].filter(
  ({ cause, client, name }) =>
    (client === "ioredis" && cause === "auth") ||
    (client === "node-redis" && ["maxclients", "oom-noeviction"].includes(cause)) ||
    (client === "ioredis" && name === "the primary became a replica"),
);

it("chooses four", () => {
  expect(chosen.length).toBe(4);
});

for (const scenario of chosen) {
  it(`names ${scenario.cause}, really produced with ${scenario.client}, from its log and from the server`, {
    timeout: 90_000,
  }, async () => {
    const scores = await scoreOf(scenario);
    const named = Object.fromEntries(scores.map(({ sources, named }) => [sources, named]));
    expect(named).toMatchObject({ logs: scenario.cause, all: scenario.cause });
  });
}
