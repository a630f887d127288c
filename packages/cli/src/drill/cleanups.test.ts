import { expect, it } from "vitest";
import { Cleanups } from "./cleanups.ts";

it("undoes the last first, all in spite of failures, and once only", async () => {
  const cleanups = new Cleanups();
  const done: number[] = [];
  for (const each of [1, 2, 3]) {
    cleanups.add(async () => {
      done.push(each);
      if (each === 2) throw new Error("two");
    });
  }
  expect(await cleanups.run()).toEqual([new Error("two")]);
  expect(await cleanups.run()).toEqual([]);
  expect(done).toEqual([3, 2, 1]);
});

it("undoes what is added while it undoes", async () => {
  const cleanups = new Cleanups();
  const done: string[] = [];
  cleanups.add(async () => {
    cleanups.add(async () => void done.push("late"));
  });
  await cleanups.run();
  expect(done).toEqual(["late"]);
});
