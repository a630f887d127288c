import { expect, it } from "vitest";
import { configurationText, debugDirectives } from "./configuration.ts";

it("quotes values, so that none ends early or adds a directive", () => {
  expect(
    configurationText([
      ["requirepass", 'a "b" \\ c'],
      ["save", ""],
      ["port", 1],
    ]),
  ).toBe('requirepass "a \\"b\\" \\\\ c"\nsave ""\nport "1"');
});

it("refuses a line break without showing the value", () => {
  expect(() => configurationText([["requirepass", "secret\nport 1"]])).toThrow(
    expect.objectContaining({ code: "OPTIONS", message: expect.not.stringContaining("secret") }),
  );
});

it("asks for DEBUG only where a server knows the directive", () => {
  expect(debugDirectives("6.2.14")).toEqual([]);
  expect(debugDirectives("7.0.15")).not.toEqual([]);
  expect(debugDirectives("10.1.0")).not.toEqual([]);
});
