import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { scenarios } from "./scenarios/index.ts";
import { type Score, scoreOf } from "./score.ts";

const scores: Score[] = [];

/** For `scripts/doctor-score.mjs`, which writes the table of the documentation. */
afterAll(() => {
  const file = process.env.HOLDFAST_SCORE_FILE;
  if (file === undefined) return;
  const rows = scores.map(({ scenario: { cause, client, name }, ...score }) => ({
    cause,
    client,
    name,
    ...score,
  }));
  writeFileSync(file, JSON.stringify(rows));
});

describe("the doctor names the cause that was produced, from all sources together", () => {
  for (const scenario of scenarios) {
    const { cause, client, name } = scenario;
    it(`${cause}: ${name} (${client})`, { timeout: 120_000 }, async () => {
      const found = await scoreOf(scenario);
      scores.push(...found);
      const all = found.find(({ sources }) => sources === "all");
      expect(
        all?.named,
        JSON.stringify(found.map(({ sources, named, rank }) => ({ sources, named, rank }))),
      ).toBe(cause);
    });
  }
});
