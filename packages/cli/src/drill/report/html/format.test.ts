import { describe, expect, it } from "vitest";
import { absent, count, counted, duration, heading, moment, percentage } from "./format.ts";

describe("percentage", () => {
  it("says 100 % of nothing less than all", () => {
    expect(percentage(1)).toBe("100\u00a0%");
    expect(percentage(0.999_999)).toBe("99.99\u00a0%");
    expect(percentage(1199 / 1200)).toBe("99.91\u00a0%");
  });

  it("does not lose a hundredth to binary fractions", () => {
    expect(percentage(0.57)).toBe("57\u00a0%");
    expect(percentage(0.2901)).toBe("29.01\u00a0%");
  });

  it("has a dash for what is no number", () => {
    expect(percentage(Number.NaN)).toBe(absent);
  });
});

describe("duration", () => {
  it.each([
    [0, "0 ms"],
    [0.06, "0.06 ms"],
    [4.24, "4.2 ms"],
    [9.96, "10 ms"],
    [180.4, "180 ms"],
    [999.4, "999 ms"],
    [999.6, "1.00 s"],
    [1250, "1.25 s"],
    [12_540, "12.5 s"],
    [99_960, "1 min 40 s"],
    [158_400, "2 min 38 s"],
  ])("writes %d ms as %s", (ms, text) => {
    expect(duration(ms).replaceAll("\u00a0", " ")).toBe(text);
  });

  it("has a dash where there is none", () => {
    expect(duration(null)).toBe(absent);
    expect(duration(Number.POSITIVE_INFINITY)).toBe(absent);
  });
});

describe("count, counted, heading and moment", () => {
  it("sets thousands apart and keeps the singular", () => {
    expect(count(12_345)).toBe("12,345");
    expect(count(null)).toBe(absent);
    expect(counted(1, "fault")).toBe("1 fault");
    expect(counted(0, "fault")).toBe("0 faults");
  });

  it("starts a heading with a capital and leaves the rest alone", () => {
    expect(heading("the API starts without Redis")).toBe("The API starts without Redis");
    expect(heading("")).toBe("");
  });

  it("writes a time to the minute in UTC, and leaves alone what is no time", () => {
    expect(moment("2026-03-04T05:06:07.890Z")).toBe("2026-03-04 05:06 UTC");
    expect(moment("yesterday")).toBe("yesterday");
  });
});
