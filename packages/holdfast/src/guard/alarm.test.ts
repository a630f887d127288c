import { expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { Alarm } from "./alarm.ts";
import { holdGraceMs, holdGracesMax } from "./defaults.ts";

const never = Number.POSITIVE_INFINITY;

function setUp(next: (now: number, held: boolean) => number = () => never) {
  const clock = new FakeClock(0);
  const rings: number[] = [];
  const holds: boolean[] = [];
  const alarm = new Alarm(clock, (now, held) => {
    rings.push(now);
    holds.push(held);
    return next(now, held);
  });
  return { clock, rings, holds, alarm };
}

it("keeps one timer, and moves it forward only", () => {
  const { clock, rings, alarm } = setUp();
  alarm.by(100);
  alarm.by(200);
  alarm.by(50);
  expect(clock.pending).toBe(1);
  clock.advanceSync(300);
  expect(rings).toEqual([50]);
});

it("rings again when what was due says so", () => {
  const { clock, rings, alarm } = setUp((now) => (now < 30 ? now + 10 : never));
  alarm.by(10);
  clock.advanceSync(1_000);
  expect(rings).toEqual([10, 20, 30]);
  expect(clock.pending).toBe(0);
});

it("says that this process was held up when the timer comes late", async () => {
  const { clock, holds, alarm } = setUp();
  alarm.by(100);
  await clock.jump(5_000);
  expect(holds).toEqual([true]);
});

it("knows of a hold-up that ended just before anything was due", async () => {
  const { clock, rings, holds, alarm } = setUp((now, held) => (held ? now + holdGraceMs : never));
  alarm.by(100);
  await clock.jump(99);
  await clock.advance(1);
  expect(holds).toEqual([true]);
  await clock.advance(holdGraceMs);
  expect(holds).toEqual([true, false]);
  expect(rings).toEqual([100, 100 + holdGraceMs]);
});

it("forgets a hold-up that was over long before", async () => {
  const { clock, holds, alarm } = setUp();
  alarm.by(1_000);
  await clock.jump(940);
  await clock.advance(60);
  expect(holds).toEqual([false]);
});

it("looks at the loop only when something is about to fall due", async () => {
  const { clock, alarm } = setUp();
  alarm.by(10_000);
  let timers = 0;
  const { schedule } = clock;
  clock.schedule = (...values) => {
    timers++;
    return schedule.apply(clock, values);
  };
  await clock.advance(10_000);
  expect(timers).toBeLessThanOrEqual(3);
});

it("never puts off for ever, however late every timer is", async () => {
  const { clock, holds, alarm } = setUp((now) => now + holdGraceMs);
  alarm.by(100);
  for (let count = 0; count < holdGracesMax + 1; count++) await clock.jump(5_000);
  expect(holds).toEqual([...Array.from({ length: holdGracesMax }, () => true), false]);
});

it("rings no more when it was stopped", () => {
  const { clock, rings, alarm } = setUp();
  alarm.by(10);
  alarm.stop();
  clock.advanceSync(100);
  expect(rings).toEqual([]);
  alarm.by(150);
  clock.advanceSync(100);
  expect(rings).toEqual([150]);
});

it("rings again after a moment when what was due throws", () => {
  let broken = true;
  const { clock, rings, alarm } = setUp(() => {
    if (broken) throw new Error("broken");
    return never;
  });
  alarm.by(100);
  expect(() => clock.advanceSync(100)).toThrow("broken");
  broken = false;
  clock.advanceSync(1_000);
  expect(rings).toEqual([100, 100 + holdGraceMs]);
  expect(clock.pending).toBe(0);
});
