import { expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { startFlapping } from "./flapping.ts";

function start(clock: FakeClock, upMs: number, downMs: number) {
  const events: string[] = [];
  const stop = startFlapping(
    { upMs, downMs },
    clock,
    () => events.push(`down ${clock.now()}`),
    () => events.push(`up ${clock.now()}`),
  );
  return { events, stop };
}

it("goes down at once and then up and down by turns", () => {
  const clock = new FakeClock();
  const { events } = start(clock, 200, 100);
  clock.advance(650);
  expect(events).toEqual(["down 0", "up 100", "down 300", "up 400", "down 600"]);
});

it.each([50, 150])("stops for good after %i ms", (ms) => {
  const clock = new FakeClock();
  const { events, stop } = start(clock, 100, 100);
  clock.advance(ms);
  stop();
  const before = events.length;
  clock.advance(10_000);
  expect(events).toHaveLength(before);
  expect(clock.pending).toBe(0);
});

it.each([0, 600_001])("refuses %i ms", (ms) => {
  const clock = new FakeClock();
  expect(() => start(clock, ms, 100)).toThrow(/upMs/);
  expect(() => start(clock, 100, ms)).toThrow(/downMs/);
  expect(clock.pending).toBe(0);
});
