import { expect, it } from "vitest";
import { seededRandom } from "./random.ts";

function take(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random());
}

it("repeats itself for the same seed and not for another", () => {
  expect(take(50, 7)).toEqual(take(50, 7));
  expect(take(50, 7)).not.toEqual(take(50, 8));
});

it("spreads evenly over 0 to 1", () => {
  const numbers = take(20_000, 1);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  for (let tenth = 0; tenth < 10; tenth++) {
    const inside = numbers.filter((each) => Math.floor(each * 10) === tenth).length;
    expect(inside).toBeGreaterThan(1_800);
    expect(inside).toBeLessThan(2_200);
  }
});
