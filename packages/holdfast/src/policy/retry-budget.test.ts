import { describe, expect, it } from "vitest";
import type { RetryBudgetOptions } from "./retry-budget.ts";
import { RetryBudget } from "./retry-budget.ts";

describe("RetryBudget", () => {
  it("allows the floor before any call has paid, and then nothing", () => {
    const budget = new RetryBudget();
    expect([1, 2, 3, 4].map(() => budget.withdraw())).toEqual([true, true, true, false]);
  });

  it("never allows more than ratio × calls + floor", () => {
    const budget = new RetryBudget({ ratio: 0.2, floor: 3 });
    let retries = 0;
    for (let call = 0; call < 10_000; call++) {
      budget.deposit();
      while (budget.withdraw()) retries++;
    }
    expect(retries).toBeLessThanOrEqual(0.2 * 10_000 + 3);
    expect(retries).toBeGreaterThanOrEqual(0.2 * 10_000 + 1);
  });

  it("saves up no more than its capacity", () => {
    const budget = new RetryBudget({ capacity: 10 });
    for (let call = 0; call < 1_000_000; call++) budget.deposit();
    expect(budget.tokens).toBe(10);
  });

  it("makes room for the floor when only the floor is given, and the reverse", () => {
    expect(new RetryBudget({ floor: 500 }).tokens).toBe(500);
    expect(new RetryBudget({ capacity: 1 }).tokens).toBe(1);
  });

  it.each<[unknown, RegExp]>([
    [{ ratio: 1.5 }, /ratio is 1.5, expected a number from 0 to 1/],
    [{ floor: -1 }, /floor is -1/],
    [{ capacity: Number.NaN }, /capacity is NaN/],
    [{ flor: 1 }, /did you mean floor\?/],
    [{ floor: 10, capacity: 5 }, /capacity is 5, expected at least floor \(10\)/],
  ])("refuses %o", (options, message) => {
    const create = () => new RetryBudget(options as RetryBudgetOptions);
    expect(create).toThrow(message);
    expect(create).toThrow(expect.objectContaining({ code: "HOLDFAST_OPTIONS" }));
  });
});
