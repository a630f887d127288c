import type { Rule, RulesOf } from "./options.ts";

/** The longest delay that a Node.js timer can keep; longer ones fire at once. */
const timerMaxMs = 2 ** 31 - 1;

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** A duration in milliseconds. */
export function durationMs({ min = 0, max = timerMaxMs }: Range = {}): Rule {
  return range("a number of milliseconds", min, max, Number.isFinite);
}

export function integer({ min = 0, max = Number.MAX_SAFE_INTEGER }: Range = {}): Rule {
  return range("an integer", min, max, Number.isSafeInteger);
}

/** A fraction between 0 and 1 unless another range is given. */
export function ratio({ min = 0, max = 1 }: Range = {}): Rule {
  return range("a number", min, max, Number.isFinite);
}

function range(noun: string, min: number, max: number, fits: (value: number) => boolean): Rule {
  return {
    expected: `${noun} from ${min} to ${max}`,
    accepts: (value) => typeof value === "number" && fits(value) && value >= min && value <= max,
  };
}

export const callback: Rule = {
  expected: "a function",
  accepts: (value) => typeof value === "function",
};

export function text({ pattern, expected }: { pattern?: RegExp; expected?: string } = {}): Rule {
  return {
    expected: expected ?? "a non-empty string",
    accepts: (value) =>
      typeof value === "string" && value !== "" && (pattern === undefined || pattern.test(value)),
  };
}

export function oneOf(...values: readonly string[]): Rule {
  return {
    expected: values.map((value) => JSON.stringify(value)).join(" or "),
    accepts: (value) => typeof value === "string" && values.includes(value),
  };
}

/** What `rule` accepts, or `false` where the option can be turned off. */
export function orFalse(rule: Rule): Rule {
  return {
    expected: `${rule.expected}, or false`,
    accepts: (value) => value === false || rule.accepts(value),
  };
}

/** A record of free names whose every value fits `rule`. */
export function recordOf(rule: Rule): Rule {
  return {
    expected: `an object whose every value is ${rule.expected}`,
    accepts: (value) =>
      typeof value === "object" &&
      value !== null &&
      Object.values(value).every((each) => rule.accepts(each)),
  };
}

/** An object with these members, each a function. */
export function having(...members: readonly string[]): Rule {
  return {
    expected: `an object with ${members.join(", ")}`,
    accepts: (value) =>
      typeof value === "object" &&
      value !== null &&
      members.every((name) => typeof (value as Record<string, unknown>)[name] === "function"),
  };
}

/** A nested options object, or `false` where the part can be turned off. */
export function nested<T>(
  rules: RulesOf<T>,
  { orFalse = false }: { orFalse?: boolean } = {},
): Rule {
  return {
    expected: orFalse ? "an options object, or false" : "an options object",
    accepts: (value) =>
      (orFalse && value === false) || (typeof value === "object" && value !== null),
    rules,
  };
}
