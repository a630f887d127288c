import { describe, expect, it } from "vitest";
import type { Outcome, Sample } from "../load/sample.ts";
import { breachesOf } from "./bars.ts";
import { faultResult, skippedResult } from "./fault-result.ts";
import type { Observation } from "./observation.ts";
import { ascending, percentile } from "./percentile.ts";
import { detection, recovery } from "./recovery.ts";
import { timelineOf } from "./timeline.ts";
import { invalidReason } from "./validity.ts";
import { availability, baselineSamples, faultSamples, latencies } from "./windows.ts";

const timeoutMs = 1_000;

function sample(intendedMs: number, outcome: Outcome = "ok", tookMs = 5, lagMs = 1): Sample {
  const latencyMs = outcome === "ok" ? tookMs : timeoutMs;
  return { target: 0, intendedMs, endedMs: intendedMs + tookMs, latencyMs, lagMs, outcome };
}

/** One request each 10 ms, all well unless `outcomeAt` says otherwise. */
function steady(outcomeAt: (intendedMs: number) => Outcome = () => "ok"): Sample[] {
  return Array.from({ length: 300 }, (_, index) => sample(index * 10, outcomeAt(index * 10)));
}

/** Warm-up to 1,000 ms, the fault to 2,000, recovery to 3,000. */
function observed(changes: Partial<Observation> = {}): Observation {
  return {
    samples: steady(),
    injectedAtMs: 1_000,
    restoredAtMs: 2_000,
    endMs: 3_000,
    timeoutMs,
    verification: { injected: true, observed: "nothing answered for 250 ms" },
    breaker: [],
    primary: null,
    usesProxy: true,
    comparesBodies: true,
    restarts: 0,
    restored: true,
    ...changes,
  };
}

describe("percentiles", () => {
  it("are values that occurred, by nearest rank", () => {
    const sorted = ascending([5, 1, 4, 2, 3, 10, 9, 8, 7, 6]);
    expect([0, 0.1, 0.11, 0.5, 0.99, 1].map((each) => percentile(sorted, each))).toEqual([
      1, 1, 2, 5, 10, 10,
    ]);
    expect(percentile(ascending([]), 0.5)).toBeNaN();
    expect(percentile(ascending([3]), 0.999)).toBe(3);
  });

  it("count a failed request at its deadline", () => {
    const samples = steady((atMs) => (atMs % 100 === 0 ? "connection" : "ok"));
    expect(latencies(samples)).toEqual({ p50Ms: 5, p99Ms: 1_000, p999Ms: 1_000 });
    expect(latencies([])).toEqual({ p50Ms: 0, p99Ms: 0, p999Ms: 0 });
  });
});

describe("windows", () => {
  it("takes what was in flight at the injection for a request of the fault", () => {
    const samples = [sample(980, "ok", 5), sample(990, "timeout", 1_000), sample(2_000)];
    const observation = observed({ samples });
    expect(faultSamples(observation)).toEqual([samples[1]]);
    expect(baselineSamples(observation)).toEqual([samples[0]]);
  });

  it("leaves the first half of the warm-up out of the baseline", () => {
    const baseline = baselineSamples(observed());
    expect(baseline[0]?.intendedMs).toBe(500);
    expect(baseline).toHaveLength(50);
  });

  it("counts nobody served as an availability of 0", () => {
    expect(availability([])).toBe(0);
    expect(availability([sample(1), sample(2, "status")])).toBe(0.5);
  });
});

describe("detection", () => {
  const closed = { atMs: 0, state: "closed" };

  it("is the first state that is not closed after the injection", () => {
    const breaker = [closed, { atMs: 1_180, state: "open" }, { atMs: 1_500, state: "half-open" }];
    expect(detection(observed({ breaker }))).toBe(180);
  });

  it("is null without a breaker, and when it opened before or only after the fault", () => {
    expect(detection(observed())).toBeNull();
    expect(detection(observed({ breaker: [closed] }))).toBeNull();
    expect(detection(observed({ breaker: [closed, { atMs: 2_100, state: "open" }] }))).toBeNull();
  });

  it("is 0 for a breaker that was open already when the API began to listen", () => {
    const breaker = [closed, { atMs: 1_000, state: "open" }];
    expect(detection(observed({ breaker }))).toBe(0);
  });
});

describe("recovery", () => {
  it("is 0 when no request failed since the restoration", () => {
    expect(recovery(observed())).toBe(0);
    const failing = steady((atMs) => (atMs > 1_100 && atMs < 1_900 ? "status" : "ok"));
    expect(recovery(observed({ samples: failing }))).toBe(0);
  });

  it("ends with the first request after the last one that failed", () => {
    const samples = steady((atMs) => (atMs >= 2_000 && atMs <= 2_400 ? "status" : "ok"));
    expect(recovery(observed({ samples }))).toBe(410);
  });

  it("is null when requests failed until the end", () => {
    const samples = steady((atMs) => (atMs >= 2_990 ? "status" : "ok"));
    expect(recovery(observed({ samples }))).toBeNull();
    expect(recovery(observed({ samples: [] }))).toBeNull();
  });

  it("waits for the breaker to close", () => {
    const open = { atMs: 1_100, state: "open" };
    expect(recovery(observed({ breaker: [open] }))).toBeNull();
    expect(recovery(observed({ breaker: [open, { atMs: 2_300, state: "half-open" }] }))).toBeNull();
    expect(recovery(observed({ breaker: [open, { atMs: 2_300, state: "closed" }] }))).toBe(300);
    expect(recovery(observed({ breaker: [open, { atMs: 1_900, state: "closed" }] }))).toBe(0);
  });
});

describe("bars", () => {
  const well = {
    availability: 1,
    requests: 200,
    baseline: { p50Ms: 2, p99Ms: 10 },
    p99Ms: 60,
    detectMs: 300,
    recoverMs: 0,
    primary: { limit: 72, peak: 72, refused: 0 },
    invariants: { lost: null, duplicated: null, crossed: 0, stale: null },
  };
  const context = { stopsReplies: true, reportsBreaker: true };

  it("are met at their limits", () => {
    expect(breachesOf(well, context)).toEqual([]);
    const slow = { ...well, baseline: { p50Ms: 2, p99Ms: 30 }, p99Ms: 90 };
    expect(breachesOf(slow, context)).toEqual([]);
  });

  it.each([
    [{ availability: 0.995 }, "1 of 200 requests failed in the fault"],
    [{ p99Ms: 60.1 }, "p99 of 60.1 ms in the fault exceeds 60.0 ms"],
    [{ detectMs: 301 }, "the breaker opened after 301 ms, later than 300 ms"],
    [{ detectMs: null }, "the breaker did not open in the fault"],
    [{ recoverMs: null }, "no recovery within the window"],
    [{ primary: { limit: 72, peak: 72, refused: 3 } }, "the primary refused 3 requests"],
    [{ restarts: 2 }, "the process ended by itself 2 times"],
    [
      { invariants: { ...well.invariants, crossed: 1 } },
      "1 requests got the answer of another one",
    ],
  ])("say in words that %j misses one", (changes, breach) => {
    expect(breachesOf({ ...well, ...changes }, context)).toEqual([breach]);
  });

  it("ask for a detection only where replies stop and a breaker is reported", () => {
    const blind = { ...well, detectMs: null };
    expect(breachesOf(blind, { stopsReplies: false, reportsBreaker: true })).toEqual([]);
    expect(breachesOf(blind, { stopsReplies: true, reportsBreaker: false })).toEqual([]);
  });
});

describe("validity", () => {
  it("is given when the fault was seen, the generator kept up and the API was in order", () => {
    expect(invalidReason(observed(), 10)).toBeNull();
  });

  it.each<[string, Partial<Observation>, RegExp]>([
    [
      "a fault that the probe did not see",
      { verification: { injected: false, observed: "PING was answered" } },
      /the fault was not seen: PING was answered/,
    ],
    [
      "a generator that lags",
      { samples: steady().map((each) => ({ ...each, lagMs: 10.1 })) },
      /lagged 10\.1 ms at its p99 \(at most 10 ms\)/,
    ],
    [
      "requests that were not sent",
      { samples: steady((atMs) => (atMs === 1_500 ? "overflow" : "ok")) },
      /1 requests were not sent/,
    ],
    [
      "an API that failed before the fault",
      { samples: steady((atMs) => (atMs > 900 && atMs < 1_000 ? "status" : "ok")) },
      /failed 18\.0 % of the requests before the fault/,
    ],
    ["no answers before the fault", { samples: [sample(1_500)] }, /no request was answered/],
    ["an API that goes past the proxy", { usesProxy: false }, /no Redis connection of the API/],
    ["a Redis that does not come back", { restored: false }, /did not answer through the proxy/],
  ])("is refused to %s", (_, changes, reason) => {
    expect(invalidReason(observed(changes), 10)).toMatch(reason);
  });

  it("forgives lag while the warm-up settles", () => {
    const samples = steady().map((each) => ({ ...each, lagMs: each.intendedMs < 500 ? 80 : 1 }));
    expect(invalidReason(observed({ samples }), 10)).toBeNull();
  });
});

it("draws the time line in buckets by intended start", () => {
  const samples = [sample(10), sample(20, "status"), sample(250, "ok", 900)];
  const breaker = [{ atMs: 0, state: "closed" }];
  expect(timelineOf(observed({ samples, breaker, endMs: 301 }))).toEqual({
    durationMs: 301,
    fault: { fromMs: 1_000, toMs: 2_000 },
    bucketMs: 100,
    buckets: [
      { succeeded: 1, failed: 1, p50Ms: 5, p99Ms: 1_000 },
      { succeeded: 0, failed: 0, p50Ms: null, p99Ms: null },
      { succeeded: 1, failed: 0, p50Ms: 900, p99Ms: 900 },
      { succeeded: 0, failed: 0, p50Ms: null, p99Ms: null },
    ],
    breaker,
  });
});

describe("a row", () => {
  const fault = { id: "freeze", title: "Frozen", standsFor: "a migration", stopsReplies: true };
  const judging = { judged: true, reportsBreaker: false, lagMaxMs: 10 };

  it("tells what was seen, and judges only who is to be judged", () => {
    const samples = steady((atMs) => (atMs >= 1_000 && atMs < 1_500 ? "crossed" : "ok"));
    const primary = { limit: 72, peak: 9, refused: 0 };
    const row = faultResult(fault, observed({ samples, primary }), judging);
    expect(row).toMatchObject({
      id: "freeze",
      status: "ok",
      reason: null,
      observed: "nothing answered for 250 ms",
      baseline: { p50Ms: 5, p99Ms: 5 },
      requests: 100,
      availability: 0.5,
      p99Ms: 1_000,
      recoverMs: 0,
      primary,
      invariants: { lost: null, duplicated: null, crossed: 50, stale: null },
    });
    expect(row.breaches).toHaveLength(3);
    const spared = faultResult(fault, observed({ samples }), { ...judging, judged: false });
    expect(spared.breaches).toEqual([]);
    const lost = faultResult(fault, observed({ samples, usesProxy: false }), judging);
    expect([lost.status, lost.breaches]).toEqual(["invalid", []]);
    expect(spared.primary).toEqual({ limit: 0, peak: 0, refused: 0 });
  });

  it("does not count crossed answers where no body is compared", () => {
    const row = faultResult(fault, observed({ comparesBodies: false }), judging);
    expect(row.invariants.crossed).toBeNull();
  });

  it("that is skipped says why and claims nothing", () => {
    const row = skippedResult(fault, "not ours to start");
    expect(row).toMatchObject({ status: "skipped", reason: "not ours to start", observed: null });
    expect(row.requests).toBe(0);
  });
});
