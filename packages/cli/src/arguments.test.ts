import { expect, it } from "vitest";
import { integerOption, lastOf, parseArguments } from "./arguments.ts";
import { CommandError } from "./failure.ts";

const specs = {
  seed: { type: "string" },
  quick: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

function failureOf(args: string[]): CommandError {
  try {
    parseArguments(args, specs);
  } catch (error) {
    if (error instanceof CommandError) return error;
  }
  throw new Error("the arguments were accepted");
}

it("reads flags, values in both spellings, short options and positionals", () => {
  const { values, positionals } = parseArguments(["--seed", "1", "--seed=2", "-h", "file"], specs);
  expect(values).toEqual({ seed: ["1", "2"], quick: false, help: true });
  expect(lastOf(values.seed)).toBe("2");
  expect(positionals).toEqual(["file"]);
});

it.each([
  [["--sede", "1"], "unknown option --sede (did you mean --seed?)"],
  [["-x"], "unknown option -x (known: --seed, --quick, --help)"],
  [["--constructor"], "unknown option --constructor (known: --seed, --quick, --help)"],
  [["--seed"], "option --seed needs a value"],
  [["--seed", "--quick"], "option --seed needs a value"],
  [["--seed="], "option --seed needs a value"],
  [["--quick=yes"], "option --quick takes no value"],
])("refuses %j with exit code 2", (args, message) => {
  const failure = failureOf(args);
  expect(failure.message).toBe(message);
  expect(failure.exitCode).toBe(2);
});

it.each(["", "-1", "1.5", "1e3", "0x10", "6", "99999999999999999999"])(
  "refuses %j as an integer from 1 to 5",
  (text) => {
    expect(() => integerOption("rate", text, { min: 1, max: 5 })).toThrow(
      `--rate is ${JSON.stringify(text)}, expected an integer from 1 to 5`,
    );
  },
);

it("reads an integer at both ends of its range", () => {
  expect(integerOption("rate", "1", { min: 1, max: 5 })).toBe(1);
  expect(integerOption("rate", "5", { min: 1, max: 5 })).toBe(5);
  expect(integerOption("rate", undefined, { min: 1, max: 5 })).toBeUndefined();
});
