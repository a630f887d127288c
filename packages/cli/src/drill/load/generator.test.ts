import { expect, it } from "vitest";
import { inFlightBound, startGenerator } from "./generator.ts";
import type { LoadPlan } from "./plan.ts";
import type { Outcome, Sample } from "./sample.ts";
import { arrivals } from "./schedule.ts";

/** A clock that goes from timer to timer. */
class SteppedClock {
  timeMs = 0;
  readonly #timers: Array<{ readonly atMs: number; readonly callback: () => void }> = [];

  now(): number {
    return this.timeMs;
  }

  schedule(callback: () => void, delayMs: number): void {
    this.#timers.push({ atMs: this.timeMs + Math.max(0, delayMs), callback });
  }

  async runUntil(untilMs: number): Promise<void> {
    while (true) {
      this.#timers.sort((a, b) => a.atMs - b.atMs);
      const next = this.#timers[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#timers.shift();
      this.timeMs = Math.max(this.timeMs, next.atMs);
      next.callback();
      for (let turns = 0; turns < 5; turns++) await Promise.resolve();
    }
    this.timeMs = untilMs;
  }
}

const plan: LoadPlan = {
  targets: [{ url: "http://a/{id}" }, { url: "http://b/{id}" }],
  schedule: { rate: 100, seed: 3, ids: 10, zipf: 1 },
  expect: { members: null },
  timeoutMs: 1_000,
  startAt: 0,
  fromMs: 0,
  toMs: 1_000,
};

type Send = (target: number, id: number, remainingMs: number) => Promise<Outcome>;

function start(clock: SteppedClock, send: Send, changes: Partial<LoadPlan> = {}) {
  const samples: Sample[] = [];
  const generator = startGenerator({
    plan: { ...plan, ...changes },
    clock,
    send,
    onSample: (sample) => samples.push(sample),
  });
  return { generator, samples };
}

function scheduled(fromMs: number, toMs: number): number {
  let count = 0;
  for (const { atMs } of arrivals(plan.schedule)) {
    if (atMs >= toMs) return count;
    if (atMs >= fromMs) count += 1;
  }
  throw new Error("the schedule has no end");
}

it("sends every target the same ids at the same times, apart by a part of the mean gap", async () => {
  const clock = new SteppedClock();
  const { generator, samples } = start(clock, () => Promise.resolve("ok"));
  await clock.runUntil(1_100);
  await generator.done;
  const [first, second] = [0, 1].map((each) => samples.filter(({ target }) => target === each));
  expect(first).toHaveLength(scheduled(0, 1_000));
  expect(second?.map(({ intendedMs }) => Math.round(intendedMs - 5))).toEqual(
    first?.map(({ intendedMs }) => Math.round(intendedMs)),
  );
});

it("goes on at the intended times while nothing is answered", async () => {
  const clock = new SteppedClock();
  const never: Send = (_target, _id, remainingMs) =>
    new Promise((resolve) => clock.schedule(() => resolve("timeout"), remainingMs));
  const { generator, samples } = start(clock, never);
  await clock.runUntil(3_000);
  await generator.done;
  expect(samples).toHaveLength(2 * scheduled(0, 1_000));
  for (const { latencyMs, outcome } of samples) {
    expect([outcome, latencyMs]).toEqual(["timeout", 1_000]);
  }
});

it("counts latency from the intended start, its own lag included", async () => {
  const clock = new SteppedClock();
  const { samples } = start(clock, () => Promise.resolve("ok"));
  // The generator's process stands still for 300 ms.
  clock.timeMs = 300;
  await clock.runUntil(1_100);
  const late = samples.filter(({ intendedMs }) => intendedMs < 290);
  expect(late.length).toBeGreaterThan(20);
  for (const { intendedMs, lagMs, latencyMs } of late) {
    expect(lagMs).toBeCloseTo(300 - intendedMs, 5);
    expect(latencyMs).toBeCloseTo(300 - intendedMs, 5);
  }
});

it("takes a right answer after the deadline for a time-out", async () => {
  const clock = new SteppedClock();
  const slow: Send = () => new Promise((resolve) => clock.schedule(() => resolve("ok"), 1_001));
  const { samples } = start(clock, slow, { toMs: 100 });
  await clock.runUntil(2_000);
  expect(new Set(samples.map(({ outcome }) => outcome))).toEqual(new Set(["timeout"]));
});

it("counts a request that fails at once as one that took until its deadline", async () => {
  const clock = new SteppedClock();
  const { samples } = start(clock, () => Promise.resolve("connection"), { toMs: 100 });
  await clock.runUntil(200);
  for (const { endedMs, intendedMs, latencyMs } of samples) {
    expect(latencyMs).toBe(1_000);
    expect(endedMs - intendedMs).toBeLessThan(10);
  }
});

it("has never more in flight than its bound, and says so", async () => {
  const clock = new SteppedClock();
  let inFlight = 0;
  let most = 0;
  const stuck: Send = () => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    return new Promise(() => undefined);
  };
  const bound = inFlightBound(plan);
  const { samples } = start(clock, stuck, { targets: [{ url: "http://a" }], toMs: 4_000 });
  await clock.runUntil(4_000);
  expect(most).toBe(bound);
  expect(samples).toHaveLength(scheduled(0, 4_000) - bound);
  expect(new Set(samples.map(({ outcome }) => outcome))).toEqual(new Set(["overflow"]));
});

it("sends a later part of the schedule as it would have been sent in the whole", async () => {
  const clock = new SteppedClock();
  clock.timeMs = 500;
  const { generator, samples } = start(clock, () => Promise.resolve("ok"), { fromMs: 500 });
  await clock.runUntil(1_100);
  await generator.done;
  expect(samples).toHaveLength(2 * scheduled(500, 1_000));
});

it("ends early when told to, and waits for what is on its way", async () => {
  const clock = new SteppedClock();
  const slow: Send = () => new Promise((resolve) => clock.schedule(() => resolve("ok"), 80));
  const { generator, samples } = start(clock, slow);
  await clock.runUntil(400);
  generator.end(400);
  await clock.runUntil(600);
  await generator.done;
  expect(samples).toHaveLength(2 * scheduled(0, 400));
});
