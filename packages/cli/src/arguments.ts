import { parseArgs } from "node:util";
import { usageError } from "./failure.ts";
import { suggestion } from "./nearest.ts";

export interface OptionSpec {
  readonly type: "boolean" | "string";
  readonly short?: string;
}

/** A flag is there or not; an option with a value may be given more than once. */
export type ArgumentValues<Specs extends Readonly<Record<string, OptionSpec>>> = {
  readonly [Name in keyof Specs]: Specs[Name]["type"] extends "boolean"
    ? boolean
    : readonly string[];
};

export interface ParsedArguments<Specs extends Readonly<Record<string, OptionSpec>>> {
  readonly values: ArgumentValues<Specs>;
  readonly positionals: readonly string[];
}

/**
 * Reads a subcommand's arguments.
 *
 * @throws CommandError with exit code 2: an unknown option (with the nearest known one), a value
 * that is missing, or one for a flag.
 */
export function parseArguments<const Specs extends Readonly<Record<string, OptionSpec>>>(
  args: readonly string[],
  specs: Specs,
): ParsedArguments<Specs> {
  const { tokens } = parseArgs({
    args: [...args],
    options: specs as Record<string, OptionSpec>,
    strict: false,
    tokens: true,
  });
  const values: Record<string, boolean | string[]> = {};
  for (const [name, spec] of Object.entries(specs)) {
    values[name] = spec.type === "boolean" ? false : [];
  }
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind === "option") take(token);
  }
  return { values: values as ArgumentValues<Specs>, positionals };

  function take(token: { name: string; rawName: string; value?: string | undefined }): void {
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    const given = values[token.name];
    if (spec === undefined) {
      const known = Object.keys(specs);
      throw usageError(`unknown option ${token.rawName} (${suggestion(token.name, known, "--")})`);
    }
    if (Array.isArray(given)) {
      // `--seed --quick` is a forgotten value: no option of ours takes a value that begins so.
      if (token.value === undefined || token.value === "" || token.value.startsWith("--")) {
        throw usageError(`option ${token.rawName} needs a value`);
      }
      given.push(token.value);
      return;
    }
    if (token.value !== undefined) throw usageError(`option ${token.rawName} takes no value`);
    values[token.name] = true;
  }
}

/** The last of an option's values: who repeats an option means the last one. */
export function lastOf(values: readonly string[]): string | undefined {
  return values.at(-1);
}

/** @throws CommandError with exit code 2 when it is not a whole number in the range. */
export function integerOption(
  name: string,
  value: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw usageError(
    `--${name} is ${JSON.stringify(value)}, expected an integer from ${min} to ${max}`,
  );
}
