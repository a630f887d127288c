import { expect, it } from "vitest";
import { systemClock } from "./clock.ts";
import { currentDeadline, withDeadline } from "./deadline.ts";

it("has no end outside of a budget", () => {
  expect(currentDeadline()).toBe(Number.POSITIVE_INFINITY);
});

it("gives everything inside the same end, across awaits, and none after it", async () => {
  await withDeadline(5_000, async () => {
    const end = currentDeadline();
    expect(end).toBeGreaterThan(systemClock.now());
    expect(end).toBeLessThanOrEqual(systemClock.now() + 5_000);
    await Promise.resolve();
    expect(currentDeadline()).toBe(end);
  });
  expect(currentDeadline()).toBe(Number.POSITIVE_INFINITY);
});

it("only shrinks when nested", () => {
  withDeadline(1_000, () => {
    const outer = currentDeadline();
    withDeadline(60_000, () => expect(currentDeadline()).toBe(outer));
    withDeadline(10, () => expect(currentDeadline()).toBeLessThan(outer));
  });
});

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses a budget of %d ms", (ms) => {
  expect(() => withDeadline(ms, () => 1)).toThrow("withDeadline: ms is");
});
