import { suggestion } from "../../nearest.ts";

/** Looks at one value of the file and says what is wrong with it, if anything. */
export type Check = (value: unknown, path: string) => readonly string[];

export interface Member {
  readonly check: Check;
  readonly required?: boolean;
}

/** An object with these members and no others; an unknown one is told with the nearest known. */
export function objectOf(members: Readonly<Record<string, Member>>): Check {
  return (value, path) => {
    if (!isRecord(value)) return [mismatch(path, value, "an object")];
    const problems: string[] = [];
    for (const [name, each] of Object.entries(value)) {
      const member = Object.hasOwn(members, name) ? members[name] : undefined;
      if (member === undefined) {
        const known = Object.keys(members);
        problems.push(`unknown member ${join(path, name)} (${suggestion(name, known)})`);
      } else problems.push(...member.check(each, join(path, name)));
    }
    for (const [name, { required }] of Object.entries(members)) {
      if (required && !Object.hasOwn(value, name)) {
        problems.push(`${join(path, name)} is missing`);
      }
    }
    return problems;
  };
}

export function listOf(check: Check, min: number, max: number): Check {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      return [mismatch(path, value, `a list of ${min} to ${max}`)];
    }
    return value.flatMap((each, index) => check(each, `${path}[${index}]`));
  };
}

/** An object of free names, at most `max` of them. */
export function recordOf(check: Check, max: number): Check {
  return (value, path) => {
    if (!isRecord(value) || Object.keys(value).length > max) {
      return [mismatch(path, value, `an object of at most ${max} members`)];
    }
    return Object.entries(value).flatMap(([name, each]) => check(each, join(path, name)));
  };
}

export function textThat(expected: string, pattern: RegExp): Check {
  return (value, path) =>
    typeof value === "string" && pattern.test(value) ? [] : [mismatch(path, value, expected)];
}

export function numberFrom(min: number, max: number, kind: "integer" | "number"): Check {
  return (value, path) => {
    const fits = typeof value === "number" && value >= min && value <= max;
    if (fits && (kind === "number" || Number.isInteger(value))) return [];
    const noun = kind === "integer" ? "an integer" : "a number";
    return [mismatch(path, value, `${noun} from ${min} to ${max}`)];
  };
}

export const flag: Check = (value, path) =>
  typeof value === "boolean" ? [] : [mismatch(path, value, "true or false")];

function mismatch(path: string, value: unknown, expected: string): string {
  return `${path === "" ? "the file" : path} is ${described(value)}, expected ${expected}`;
}

function described(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isRecord(value)) return "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
