import { describe, expect, it } from "vitest";
import type { ProtectOptions } from "./options.ts";
import { resolveMode, resolveProtectOptions } from "./options.ts";

describe("resolveProtectOptions", () => {
  it("fills in the guard's defaults", () => {
    const settings = resolveProtectOptions({});
    expect(settings).toMatchObject({ attempts: 3, maxInFlight: 1_000, maxQueue: 100 });
    expect(settings.policy).toMatchObject({ attemptTimeoutMs: 100, deadlineMs: 1_000 });
    expect(settings.breaker).toMatchObject({
      consecutive: 3,
      failureRate: 0.5,
      minCalls: 20,
      windowMs: 10_000,
      probeTimeoutMs: 100,
    });
  });

  it.each<[string, ProtectOptions, RegExp]>([
    [
      "an unknown option",
      { deadline: 5 } as never,
      /unknown option deadline \(did you mean deadlineMs\?\)/,
    ],
    ["a value out of range", { maxInFlight: 0 }, /maxInFlight is 0, expected an integer from 1/],
    ["a mode", { mode: "on" as never }, /mode is "on", expected "protect" or "observe" or "off"/],
    ["a class", { commands: { GET: "write" as never } }, /commands is an object, expected/],
    [
      "a nested one",
      { breaker: { consecutve: 3 } as never },
      /breaker.consecutve .*breaker.consecutive/,
    ],
    [
      "a pause before a probe that would hide recovery",
      { breaker: { openMs: 60_000 } },
      /breaker.openMs is 60000, expected a number of milliseconds from 1 to 500/,
    ],
    ["a cap on that pause beyond it", { breaker: { openCapMs: 501 } }, /openCapMs is 501, .* 500/],
  ])("refuses %s and says what it expects", (_what, options, message) => {
    expect(() => resolveProtectOptions(options)).toThrow(message);
  });

  it("turns parts off when it is told to", () => {
    const settings = resolveProtectOptions({ retry: false, breaker: false });
    expect(settings.attempts).toBe(1);
    expect(settings.policy.breaker).toBeUndefined();
  });
});

describe("resolveMode", () => {
  it.each([
    [undefined, undefined, "protect"],
    ["observe", undefined, "observe"],
    ["protect", "off", "off"],
    ["protect", "observe", "observe"],
    ["off", "protect", "off"],
    ["observe", "", "observe"],
  ] as const)("makes %s with HOLDFAST_MODE=%s to %s", (option, variable, mode) => {
    const environment = variable === undefined ? {} : { HOLDFAST_MODE: variable };
    expect(resolveMode(option, environment)).toBe(mode);
  });
});
