import { expect, it } from "vitest";
import { requireInteger, requireNumber } from "./options.ts";

it.each([Number.NaN, -1, 11, Number.POSITIVE_INFINITY])("refuses %s as a number", (value) => {
  expect(() => requireNumber("ms", value, 0, 10)).toThrow(
    expect.objectContaining({ code: "OPTIONS", message: expect.stringContaining("ms is") }),
  );
});

it("refuses fractions where a whole number is needed", () => {
  requireNumber("ms", 1.5, 0, 10);
  expect(() => requireInteger("count", 1.5, 0, 10)).toThrow(/whole number from 0 to 10/);
});

it("accepts both ends of the range", () => {
  for (const value of [0, 10]) {
    requireNumber("ms", value, 0, 10);
    requireInteger("count", value, 0, 10);
  }
});
