import { expect, it } from "vitest";
import type { LoadProcess } from "../load/load-process.ts";
import type { LoadPlan } from "../load/plan.ts";
import type { Stage, Subject } from "../stage/stage.ts";
import { settle } from "./settle.ts";

const plan = {
  schedule: { rate: 100, seed: 1, ids: 10, zipf: 1 },
  expect: { members: null },
  timeoutMs: 1_000,
};

it("starts the APIs first and then raises the rate step by step", async () => {
  let port = 0;
  const subject = {
    get url() {
      return `http://127.0.0.1:${port}/`;
    },
  } as Subject;
  const stage = {
    subjects: [subject],
    prepare: async () => {
      port = 4_000;
    },
  } as unknown as Stage;
  const plans: LoadPlan[] = [];
  const load: LoadProcess = {
    run: (each) => {
      plans.push(each);
      return { done: Promise.resolve(), end: () => undefined };
    },
    close: async () => undefined,
  };
  const { signal } = new AbortController();
  await settle({ stage, load, plan, settleMs: 3, signal });
  expect(plans.map(({ schedule }) => schedule.rate)).toEqual([25, 50, 100]);
  for (const { targets } of plans) expect(targets).toEqual([{ url: "http://127.0.0.1:4000/" }]);
});
