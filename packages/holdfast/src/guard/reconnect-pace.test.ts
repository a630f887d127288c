import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { seededRandom } from "../../test/support/seeded-random.ts";
import { ReconnectPace } from "./reconnect-pace.ts";

function setUp(random = seededRandom(1)) {
  const clock = new FakeClock();
  return { clock, pace: new ReconnectPace(clock, random) };
}

describe("ReconnectPace", () => {
  it("begins short, and never pauses longer than half a second, for hours", () => {
    const { clock, pace } = setUp();
    expect(pace.down()).toBeLessThanOrEqual(25);
    for (let attempt = 0; attempt < 20_000; attempt++) {
      clock.advanceSync(300);
      pace.started();
      const pause = pace.down();
      expect(pause).toBeGreaterThanOrEqual(12.5);
      expect(pause).toBeLessThanOrEqual(500);
    }
  });

  it("does not storm a server that accepts everyone and resets them at once", () => {
    const { clock, pace } = setUp();
    let attempts = 0;
    for (const end = clock.now() + 15_000; clock.now() < end; attempts++) {
      pace.started();
      pace.up();
      clock.advanceSync(2);
      clock.advanceSync(pace.down());
    }
    // The client's own way made 1,388 in that time.
    expect(attempts).toBeLessThan(60);
  });

  it("begins anew after a connection that lasted", () => {
    const { clock, pace } = setUp();
    for (let attempt = 0; attempt < 10; attempt++) pace.down();
    pace.up();
    clock.advanceSync(1_000);
    expect(pace.down()).toBeLessThanOrEqual(25);
  });

  it("takes the time of an attempt that hung for the pause", () => {
    const { clock, pace } = setUp();
    for (let attempt = 0; attempt < 10; attempt++) pace.down();
    pace.started();
    clock.advanceSync(500);
    expect(pace.down()).toBeLessThanOrEqual(25);
  });

  it("parts processes that lost the same server", () => {
    const pauses = [1, 2, 3, 4].map((seed) => {
      const { pace } = setUp(seededRandom(seed));
      for (let attempt = 0; attempt < 10; attempt++) pace.down();
      return pace.down();
    });
    expect(new Set(pauses).size).toBe(4);
  });
});
