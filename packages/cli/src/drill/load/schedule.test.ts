import fc from "fast-check";
import { expect, it } from "vitest";
import { seededRandom } from "../../testbed.ts";
import { type Arrival, arrivals, type ScheduleOptions } from "./schedule.ts";
import { seedFor } from "./seed.ts";
import { zipfSampler } from "./zipf.ts";

const base: ScheduleOptions = { rate: 200, seed: 7, ids: 2_000, zipf: 1 };

function take(count: number, options: ScheduleOptions): Arrival[] {
  const schedule = arrivals(options);
  return Array.from({ length: count }, () => schedule.next().value);
}

it("gives the same arrivals for the same seed and others for another", () => {
  expect(take(100, base)).toEqual(take(100, base));
  expect(take(100, base)).not.toEqual(take(100, { ...base, seed: 8 }));
});

it("keeps its times when only the ids change", () => {
  const times = take(100, base).map(({ atMs }) => atMs);
  expect(take(100, { ...base, ids: 10, zipf: 0 }).map(({ atMs }) => atMs)).toEqual(times);
});

it("comes as a Poisson process of the given rate", () => {
  const gaps = take(20_001, base)
    .map(({ atMs }) => atMs)
    .map((atMs, index, all) => atMs - (all[index - 1] ?? 0))
    .slice(1);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  expect(mean).toBeCloseTo(5, 0);
  // Of an exponential distribution the deviation equals the mean; of a constant gap it is 0.
  expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.95);
  expect(Math.sqrt(variance) / mean).toBeLessThan(1.05);
});

it("never goes back in time nor leaves the range of ids", () => {
  fc.assert(
    fc.property(
      fc.record({
        rate: fc.integer({ min: 1, max: 5_000 }),
        seed: fc.nat(),
        ids: fc.integer({ min: 1, max: 50 }),
        zipf: fc.double({ min: 0, max: 5, noNaN: true }),
      }),
      (options) => {
        let lastMs = 0;
        for (const { atMs, id } of take(50, options)) {
          expect(atMs).toBeGreaterThanOrEqual(lastMs);
          expect(Number.isInteger(id) && id >= 1 && id <= options.ids).toBe(true);
          lastMs = atMs;
        }
      },
    ),
  );
});

it("draws by Zipf's law: rank k is drawn 1/k as often as rank 1", () => {
  const draw = zipfSampler(1_000, 1, seededRandom(1));
  const counts = new Array<number>(1_001).fill(0);
  for (let draws = 0; draws < 200_000; draws++) {
    const rank = draw();
    counts[rank] = (counts[rank] ?? 0) + 1;
  }
  const [, first = 0, second = 0, , , , , , , , tenth = 0] = counts;
  expect(first / second).toBeGreaterThan(1.9);
  expect(first / second).toBeLessThan(2.1);
  expect(first / tenth).toBeGreaterThan(9);
  expect(first / tenth).toBeLessThan(11);
});

it("draws all alike with an exponent of 0", () => {
  const draw = zipfSampler(4, 0, seededRandom(1));
  const counts = [0, 0, 0, 0, 0];
  for (let draws = 0; draws < 40_000; draws++) {
    const rank = draw();
    counts[rank] = (counts[rank] ?? 0) + 1;
  }
  for (const count of counts.slice(1)) {
    expect(count).toBeGreaterThan(9_500);
    expect(count).toBeLessThan(10_500);
  }
});

it("gives each fault a seed of its own that depends on nothing else", () => {
  expect(seedFor(1, "crash")).toBe(seedFor(1, "crash"));
  expect(new Set([seedFor(1, "crash"), seedFor(2, "crash"), seedFor(1, "freeze")]).size).toBe(3);
});
