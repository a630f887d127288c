import { describe, expect, it } from "vitest";
import { createPolicy, resolvePolicyOptions } from "./index.ts";
import type { PolicyOptions } from "./options.ts";

const mistakes: [unknown, RegExp][] = [
  [null, /options is null, expected an options object/],
  [{ retyr: {} }, /unknown option retyr \(did you mean retry\?\)/],
  [{ retry: { attemps: 3 } }, /unknown option retry.attemps \(did you mean retry.attempts\?\)/],
  [{ retry: 3 }, /retry is 3, expected an options object, or false/],
  [{ retry: { attempts: 0 } }, /retry.attempts is 0, expected an integer from 1 to 100/],
  [{ retry: { attempts: 2.5 } }, /retry.attempts is 2.5/],
  [{ retry: { baseMs: Number.NaN } }, /retry.baseMs is NaN/],
  [{ retry: { baseMs: "50" } }, /retry.baseMs is "50", expected a number of milliseconds/],
  [{ retry: { capMs: Number.POSITIVE_INFINITY } }, /retry.capMs is Infinity/],
  [{ retry: { jitter: "some" } }, /"full" or "decorrelated" or "none"/],
  [{ retry: { budget: 7 } }, /retry.budget is 7, expected a RetryBudget, its options, or false/],
  [{ retry: { budget: { ratio: 2 } } }, /retry.budget.ratio is 2/],
  [{ retry: { baseMs: 500, capMs: 100 } }, /retry.capMs is 100, expected at least retry.baseMs/],
  [{ retry: { leastAttemptMs: 50 }, deadlineMs: 40 }, /retry.leastAttemptMs is 50, .*deadlineMs/],
  [{ breaker: { failureRate: 0 } }, /breaker.failureRate is 0, expected a number above 0/],
  [{ breaker: { slowRate: 1.1 } }, /breaker.slowRate is 1.1/],
  [{ breaker: { consecutive: 0 } }, /breaker.consecutive is 0, .* or false/],
  [{ breaker: { consecutive: 1e9 } }, /breaker.consecutive is 1000000000/],
  [{ breaker: { windowMs: -1 } }, /breaker.windowMs is -1/],
  [{ breaker: { openMs: 500, openCapMs: 100 } }, /breaker.openCapMs is 100, expected at least/],
  [{ deadlineMs: 0 }, /deadlineMs is 0/],
  [{ deadlineMs: 2 ** 31 }, /deadlineMs is 2147483648, expected .* to 2147483647/],
  [{ attemptTimeoutMs: Number.NaN }, /attemptTimeoutMs is NaN/],
  [{ maxInFlight: 0 }, /maxInFlight is 0/],
  [{ maxQueue: 5 }, /maxQueue is 5, expected maxInFlight with it/],
  [{ maxInFlight: 1, maxQueueMs: 5 }, /maxQueueMs is 5, expected maxQueue with it/],
  [{ fallback: "cached" }, /fallback is "cached", expected a function/],
  [{ classify: {} }, /classify is an object, expected a function/],
  [{ onEvent: 1 }, /onEvent is 1, expected a function/],
  [{ clock: {} }, /clock is an object, expected an object with now, schedule, cancel/],
  [{ random: 0.5 }, /random is 0.5, expected a function/],
];

describe("options of a policy", () => {
  it.each(mistakes)("refuse %o", (options, message) => {
    const create = () => createPolicy(options as PolicyOptions);
    expect(create).toThrow(message);
    expect(create).toThrow(expect.objectContaining({ code: "HOLDFAST_OPTIONS" }));
  });

  it("report every mistake at once", () => {
    const create = () => createPolicy({ deadlineMs: -1, maxInFlight: 0 });
    expect(create).toThrow(/deadlineMs is -1.*; maxInFlight is 0/);
  });

  it("leave a part off that is left out, undefined or false", () => {
    for (const off of [undefined, false] as const) {
      const settings = resolvePolicyOptions("test", { retry: off, breaker: off });
      expect(settings.retry).toBeUndefined();
      expect(settings.breaker).toBeUndefined();
      expect(settings.bulkhead).toBeUndefined();
      expect(settings.deadlineMs).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it("turn a rate off by false", () => {
    const { breaker } = resolvePolicyOptions("test", {
      breaker: { failureRate: false, consecutive: 3 },
    });
    expect(breaker).toMatchObject({ failureRate: Number.POSITIVE_INFINITY, consecutive: 3 });
  });

  it("let a lone call on a fresh policy use all of its attempts", () => {
    const tokensOf = (attempts: number) =>
      resolvePolicyOptions("test", { retry: { attempts } }).retry?.budget?.tokens;
    expect([tokensOf(2), tokensOf(3), tokensOf(6)]).toEqual([3, 3, 5]);
  });

  it("never give a probe more time than any attempt has", () => {
    const timeoutOf = (options: PolicyOptions) =>
      resolvePolicyOptions("test", { breaker: {}, ...options }).breaker?.probeTimeoutMs;
    expect(timeoutOf({})).toBe(1_000);
    expect(timeoutOf({ attemptTimeoutMs: 100 })).toBe(100);
    expect(timeoutOf({ deadlineMs: 300 })).toBe(300);
    expect(timeoutOf({ attemptTimeoutMs: 100, breaker: { probeTimeoutMs: 50 } })).toBe(50);
  });
});
