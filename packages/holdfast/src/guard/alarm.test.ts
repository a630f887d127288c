import { expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { Alarm } from "./alarm.ts";

const never = Number.POSITIVE_INFINITY;

function setUp(next: (now: number) => number = () => never) {
  const clock = new FakeClock(0);
  const rings: number[] = [];
  const alarm = new Alarm(clock, (now) => {
    rings.push(now);
    return next(now);
  });
  return { clock, rings, alarm };
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

it("lets a process that was held up read before it calls anything overdue", async () => {
  const { clock, rings, alarm } = setUp();
  alarm.by(100);
  await clock.jump(5_000);
  expect(rings).toEqual([]);
  await clock.advance(1);
  expect(rings).toEqual([5_001]);
});

it("never puts off twice in a row, however late every timer is", async () => {
  const { clock, rings, alarm } = setUp();
  alarm.by(100);
  await clock.jump(5_000);
  await clock.jump(5_000);
  expect(rings).toEqual([10_000]);
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
