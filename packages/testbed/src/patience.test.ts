import { expect, it, vi } from "vitest";
import { FakeClock } from "../test/support/fake-clock.ts";
import { waitPatiently } from "./patience.ts";

it("is over after the time and not before", () => {
  const clock = new FakeClock();
  const over = vi.fn();
  waitPatiently(250, over, clock);
  clock.advance(249);
  expect(over).not.toHaveBeenCalled();
  clock.advance(1);
  expect(over).toHaveBeenCalledOnce();
  expect(clock.pending).toBe(0);
});

it("does not take a stall of the process for all of the time", () => {
  let next = (): void => {};
  const over = vi.fn();
  const clock = {
    now: () => 0,
    schedule: (callback: () => void) => {
      next = callback;
      return () => {};
    },
  };
  waitPatiently(250, over, clock);
  // After a stall every timer is late and fires at once; a reply is read between two of them.
  for (let turn = 1; turn < 5; turn++) {
    next();
    expect(over).not.toHaveBeenCalled();
  }
  next();
  expect(over).toHaveBeenCalledOnce();
});

it.each([0, 60, 240])("can be ended after %i ms", (ms) => {
  const clock = new FakeClock();
  const over = vi.fn();
  const end = waitPatiently(250, over, clock);
  clock.advance(ms);
  end();
  clock.advance(1_000);
  expect(over).not.toHaveBeenCalled();
  expect(clock.pending).toBe(0);
});
