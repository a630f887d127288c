import { HoldfastError } from "./errors.ts";

/** What an option accepts, in words and as a test. */
export interface Rule {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  /** The rules of a nested options object. */
  readonly rules?: Readonly<Record<string, Rule>>;
  /** The value is a secret: messages say its type only. */
  readonly secret?: boolean;
  /** The option must be given. */
  readonly required?: boolean;
}

/** One rule for each option of `T`: leaving one out does not compile. */
export type RulesOf<T> = Readonly<Record<keyof T & string, Rule>>;

/**
 * Checks a whole options object and reports everything wrong with it at once.
 *
 * @param owner - The function whose options they are, for the message.
 * @throws HoldfastError `HOLDFAST_OPTIONS`.
 */
export function validateOptions<T>(owner: string, options: T, rules: RulesOf<T>): void {
  const problems = problemsOf(options, rules, "");
  if (problems.length > 0) {
    throw new HoldfastError("HOLDFAST_OPTIONS", `${owner}: ${problems.join("; ")}`);
  }
}

/** Checks one plain argument as {@link validateOptions} checks an option. */
export function validateValue(owner: string, name: string, value: unknown, rule: Rule): void {
  if (!rule.accepts(value)) {
    throw new HoldfastError("HOLDFAST_OPTIONS", `${owner}: ${mismatch(name, value, rule)}`);
  }
}

function problemsOf(
  options: unknown,
  rules: Readonly<Record<string, Rule>>,
  path: string,
): string[] {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    const what = path === "" ? "options" : path.slice(0, -1);
    return [`${what} is ${describe(options)}, expected an options object`];
  }
  const problems: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      problems.push(unknownOption(path, name, Object.keys(rules)));
    } else if (value === undefined) {
      // An option that is present but undefined is an option left out.
    } else if (!rule.accepts(value)) {
      problems.push(mismatch(path + name, value, rule));
    } else if (rule.rules !== undefined && typeof value === "object") {
      problems.push(...problemsOf(value, rule.rules, `${path}${name}.`));
    }
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (rule.required && (options as Record<string, unknown>)[name] === undefined) {
      problems.push(`${path}${name} is missing, expected ${rule.expected}`);
    }
  }
  return problems;
}

function mismatch(name: string, value: unknown, rule: Rule): string {
  return `${name} is ${rule.secret ? `a ${typeof value}` : describe(value)}, expected ${rule.expected}`;
}

function unknownOption(path: string, name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  const hint =
    nearest === undefined ? `known: ${known.join(", ")}` : `did you mean ${path}${nearest}?`;
  return `unknown option ${path}${name} (${hint})`;
}

function describe(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  }
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** The known name closest to `name`, when it is close enough to have been meant. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  // Half of the name wrong is another name; long names are compared no further than that.
  let bestDistance = Math.floor(Math.min(name.length, 40) / 2) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.slice(0, 40).toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const deletion = (previous[column] ?? 0) + 1;
      const insertion = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(substitution, deletion, insertion));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
