import { describe, expect, it } from "vitest";
import { FakeClock, settle } from "./fake-clock.ts";
import { seededRandom } from "./seeded-random.ts";

describe("FakeClock", () => {
  it("fires timers in the order of their due times, and ties in the order of scheduling", async () => {
    const clock = new FakeClock();
    const fired: string[] = [];
    clock.schedule(() => fired.push("late"), 20);
    clock.schedule(() => fired.push("first of two"), 10);
    clock.schedule(() => fired.push("second of two"), 10);
    await clock.advance(15);
    expect(fired).toEqual(["first of two", "second of two"]);
    expect(clock.pending).toBe(1);
    await clock.advance(5);
    expect(fired.at(-1)).toBe("late");
    expect(clock.pending).toBe(0);
  });

  it("fires a timer that a promise schedules on the way", async () => {
    const clock = new FakeClock(0);
    const firedAt: number[] = [];
    clock.schedule(() => {
      void Promise.resolve().then(() => clock.schedule(() => firedAt.push(clock.now()), 5));
    }, 10);
    await clock.advance(100);
    expect(firedAt).toEqual([15]);
  });

  it("fires late what was due during a jump", async () => {
    const clock = new FakeClock(0);
    const firedAt: number[] = [];
    clock.schedule(() => firedAt.push(clock.now()), 10);
    await clock.jump(3_600_000);
    expect(firedAt).toEqual([3_600_000]);
  });

  it("never fires a cancelled timer", async () => {
    const clock = new FakeClock();
    clock.cancel(clock.schedule(() => expect.unreachable(), 1));
    await clock.advance(10);
    await settle();
  });
});

describe("seededRandom", () => {
  it("gives the same numbers in [0, 1) for the same seed", () => {
    const [one, two] = [seededRandom(7), seededRandom(7)];
    for (let index = 0; index < 1_000; index++) {
      const value = one();
      expect(value).toBe(two());
      expect(value >= 0 && value < 1).toBe(true);
    }
  });
});
