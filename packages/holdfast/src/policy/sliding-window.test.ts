import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SlidingWindow } from "./sliding-window.ts";

const windowMs = 10_000;
const bucketMs = windowMs / 20;

describe("SlidingWindow", () => {
  it("counts what is younger than the window less one bucket, and nothing older than it", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            pauseMs: fc.oneof(
              { arbitrary: fc.double({ min: 0, max: 900, noNaN: true }), weight: 20 },
              { arbitrary: fc.integer({ min: 5_000, max: 4_000_000 }), weight: 1 },
            ),
            failed: fc.boolean(),
            slow: fc.boolean(),
          }),
          // The default size makes a dozen: less than a window.
          { minLength: 100, maxLength: 200, size: "max" },
        ),
        (results) => {
          const window = new SlidingWindow(windowMs);
          const samples: { at: number; failed: boolean; slow: boolean }[] = [];
          let now = 123.25;
          for (const { pauseMs, failed, slow } of results) {
            now += pauseMs;
            window.record(now, failed, slow);
            samples.push({ at: now, failed, slow });
            const atMost = samples.filter(({ at }) => now - at < windowMs);
            const atLeast = samples.filter(({ at }) => now - at <= windowMs - bucketMs);
            expect(window.calls).toBeLessThanOrEqual(atMost.length);
            expect(window.calls).toBeGreaterThanOrEqual(atLeast.length);
            const failures = (of: typeof samples) => of.filter((sample) => sample.failed).length;
            expect(window.failures).toBeLessThanOrEqual(failures(atMost));
            expect(window.failures).toBeGreaterThanOrEqual(failures(atLeast));
            expect(window.slow).toBeLessThanOrEqual(atMost.filter((sample) => sample.slow).length);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is empty after an idle hour", () => {
    const window = new SlidingWindow(windowMs);
    for (let call = 0; call < 100; call++) window.record(call, true, true);
    window.expire(3_600_000);
    expect([window.calls, window.failures, window.slow]).toEqual([0, 0, 0]);
  });

  it("keeps its counts when the clock goes back", () => {
    const window = new SlidingWindow(windowMs);
    window.record(50_000, true, false);
    window.record(20_000, true, false);
    expect(window.calls).toBe(2);
    window.expire(60_000);
    expect(window.calls).toBe(0);
  });

  it("counts a million results exactly", () => {
    const window = new SlidingWindow(windowMs);
    for (let call = 0; call < 1_000_000; call++) window.record(call / 200, true, false);
    expect(window.calls).toBe(1_000_000);
  });
});
