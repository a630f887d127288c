import { expect, it } from "vitest";
import { isHoldfastError } from "./errors.ts";
import { nearestName, type RulesOf, validateOptions, validateValue } from "./options.ts";
import {
  callback,
  durationMs,
  having,
  integer,
  nested,
  oneOf,
  ratio,
  recordOf,
  text,
} from "./rules.ts";

interface Inner {
  attempts?: number;
  baseMs?: number;
}
interface Options {
  deadlineMs?: number;
  failureRate?: number;
  mode?: string;
  name?: string;
  retry?: Inner | false;
  fallback?: () => void;
  commands?: Record<string, string>;
  clock?: object;
  secrets?: string;
}

const rules: RulesOf<Options> = {
  deadlineMs: durationMs({ min: 1 }),
  failureRate: ratio(),
  mode: oneOf("protect", "observe", "off"),
  name: text(),
  retry: nested<Inner>(
    { attempts: integer({ min: 1, max: 100 }), baseMs: durationMs() },
    { orFalse: true },
  ),
  fallback: callback,
  commands: recordOf(oneOf("read", "absolute")),
  clock: having("now", "schedule", "cancel"),
  secrets: { ...text(), secret: true },
};

function messageOf(options: unknown): string {
  try {
    validateOptions("createThing", options as Options, rules);
  } catch (error) {
    if (isHoldfastError(error) && error.code === "HOLDFAST_OPTIONS") return error.message;
    throw error;
  }
  return "";
}

it("accepts every option in its range, none at all, and undefined for left out", () => {
  expect(
    messageOf({
      deadlineMs: 1_000,
      failureRate: 0.5,
      mode: "observe",
      name: "shop",
      retry: { attempts: 3, baseMs: 50 },
      fallback: () => undefined,
      commands: { "my.get": "read" },
      clock: { now: () => 0, schedule: () => 0, cancel: () => undefined },
    }),
  ).toBe("");
  expect(messageOf({})).toBe("");
  expect(messageOf({ deadlineMs: undefined, retry: false })).toBe("");
});

it.each([
  [{ deadlineMs: 0 }, "deadlineMs is 0, expected a number of milliseconds from 1 to 2147483647"],
  [{ deadlineMs: Number.NaN }, "deadlineMs is NaN"],
  [{ deadlineMs: Number.POSITIVE_INFINITY }, "deadlineMs is Infinity"],
  [{ deadlineMs: "1s" }, 'deadlineMs is "1s"'],
  [{ failureRate: 1.5 }, "failureRate is 1.5, expected a number from 0 to 1"],
  [{ mode: "on" }, 'mode is "on", expected "protect" or "observe" or "off"'],
  [{ name: "" }, 'name is "", expected a non-empty string'],
  [{ retry: true }, "retry is true, expected an options object, or false"],
  [{ retry: { attempts: 2.5 } }, "retry.attempts is 2.5, expected an integer from 1 to 100"],
  [{ retry: { attemps: 2 } }, "unknown option retry.attemps (did you mean retry.attempts?)"],
  [{ fallback: 1 }, "fallback is 1, expected a function"],
  [{ commands: { get: "write" } }, "commands is an object, expected an object whose every value"],
  [{ clock: {} }, "clock is an object, expected an object with now, schedule, cancel"],
  [{ deadlineMS: 5 }, "unknown option deadlineMS (did you mean deadlineMs?)"],
  [{ zzzzzz: 5 }, "unknown option zzzzzz (known: deadlineMs"],
  [null, "options is null, expected an options object"],
  [[], "options is an array, expected an options object"],
])("says what is wrong with %j", (options, expected) => {
  expect(messageOf(options)).toContain(expected);
});

it("names the owner and reports everything that is wrong at once", () => {
  const message = messageOf({ deadlineMs: -1, mode: "on", toString: 1 });
  expect(message).toMatch(/^createThing: /);
  expect(message).toContain("deadlineMs is -1");
  expect(message).toContain('mode is "on"');
  expect(message).toContain("unknown option toString");
});

it("never shows a secret, and cuts long values short", () => {
  expect(messageOf({ secrets: 12345678 })).toBe(
    "createThing: secrets is a number, expected a non-empty string",
  );
  expect(messageOf({ mode: "x".repeat(5_000) }).length).toBeLessThan(200);
});

it("misses a required option by name", () => {
  const required = { ttlMs: { ...durationMs(), required: true } };
  expect(() => validateOptions("createCache", {} as { ttlMs?: number }, required)).toThrow(
    "createCache: ttlMs is missing, expected a number of milliseconds",
  );
});

it("checks a single argument", () => {
  expect(() => validateValue("withDeadline", "ms", -1, durationMs())).toThrow(
    "withDeadline: ms is -1",
  );
  expect(() => validateValue("withDeadline", "ms", 5, durationMs())).not.toThrow();
});

it("suggests only a name that is close enough to have been meant", () => {
  expect(nearestName("atempts", ["attempts", "baseMs"])).toBe("attempts");
  expect(nearestName("colour", ["attempts", "baseMs"])).toBeUndefined();
  expect(nearestName("x".repeat(100_000), ["attempts"])).toBeUndefined();
});
