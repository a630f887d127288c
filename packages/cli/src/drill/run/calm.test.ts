import { expect, it } from "vitest";
import type { LoadProcess } from "../load/load-process.ts";
import type { Sample } from "../load/sample.ts";
import { Calm } from "./calm.ts";

const plan = {
  schedule: { rate: 100, seed: 1, ids: 10, zipf: 1 },
  expect: { members: null },
  timeoutMs: 1_000,
};
const targets = [{ url: "http://127.0.0.1:4000/" }, { url: "http://127.0.0.1:4001/" }];
const { signal } = new AbortController();

/** A generator whose looks see these outcomes of the second target, the last one for ever. */
function generator(outcomes: readonly Sample["outcome"][]) {
  let looks = 0;
  const load: LoadProcess = {
    run: (_plan, onSamples) => {
      const outcome = outcomes[Math.min(looks++, outcomes.length - 1)] ?? "ok";
      const sample = { intendedMs: 0, endedMs: 1, latencyMs: 1, lagMs: 0 };
      onSamples([
        { ...sample, target: 0, outcome: "ok" },
        { ...sample, target: 1, outcome },
      ]);
      return { done: Promise.resolve(), end: () => undefined };
    },
    close: async () => undefined,
  };
  return { load, looks: () => looks };
}

it("looks once where all serve", async () => {
  const { load, looks } = generator(["ok"]);
  await new Calm(10).await({ load, plan, targets, lookMs: 1, signal });
  expect(looks()).toBe(1);
});

it("looks again until all serve", async () => {
  const { load, looks } = generator(["timeout", "status", "ok"]);
  await new Calm(10).await({ load, plan, targets, lookMs: 1, signal });
  expect(looks()).toBe(3);
});

it("has one patience for the whole drill", async () => {
  const { load, looks } = generator(["timeout"]);
  const calm = new Calm(4);
  await calm.await({ load, plan, targets, lookMs: 1, signal });
  expect(looks()).toBe(5);
  await calm.await({ load, plan, targets, lookMs: 1, signal });
  expect(looks()).toBe(6);
});
