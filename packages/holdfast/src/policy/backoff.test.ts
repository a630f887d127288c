import { describe, expect, it } from "vitest";
import { seededRandom } from "../../test/support/seeded-random.ts";
import type { Jitter } from "./backoff.ts";
import { Backoff } from "./backoff.ts";

function backoff(jitter: Jitter, random = seededRandom(1), baseMs = 100, capMs = 1_000): Backoff {
  return new Backoff({ jitter, baseMs, capMs }, random);
}

describe("Backoff", () => {
  it("doubles up to the cap without jitter", () => {
    const waits = [1, 2, 3, 4, 5, 6].map((attempt) => backoff("none").waitMs(attempt, 0));
    expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it("is constant without jitter when the cap is the base", () => {
    const constant = backoff("none", Math.random, 250, 250);
    expect([1, 2, 50].map((attempt) => constant.waitMs(attempt, 250))).toEqual([250, 250, 250]);
  });

  it("spreads over all of 0 to the ceiling with full jitter", () => {
    const full = backoff("full");
    for (const [attempt, ceiling] of [
      [1, 100],
      [3, 400],
      [9, 1_000],
    ] as const) {
      const waits = Array.from({ length: 2_000 }, () => full.waitMs(attempt, 0));
      const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...waits)).toBeLessThan(ceiling);
      expect(mean / ceiling).toBeCloseTo(0.5, 1);
    }
  });

  it("stays between the base and three times the last pause with decorrelated jitter", () => {
    const decorrelated = backoff("decorrelated");
    let previousMs = 0;
    for (let attempt = 1; attempt <= 2_000; attempt++) {
      const waitMs = decorrelated.waitMs(attempt, previousMs);
      expect(waitMs).toBeGreaterThanOrEqual(100);
      expect(waitMs).toBeLessThanOrEqual(Math.min(1_000, Math.max(100, previousMs * 3)));
      previousMs = waitMs;
    }
  });

  it("stays a number for any attempt", () => {
    for (const jitter of ["full", "decorrelated", "none"] as const) {
      expect(backoff(jitter).waitMs(100_000, 1_000)).toBeLessThanOrEqual(1_000);
      expect(backoff(jitter, Math.random, 0, 0).waitMs(100_000, 0)).toBe(0);
    }
  });
});
