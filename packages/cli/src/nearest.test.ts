import { expect, it } from "vitest";
import { nearestName, suggestion } from "./nearest.ts";

const known = [
  "crash",
  "freeze",
  "boot-without",
  "latency",
  "reset-mid-reply",
  "blackhole",
  "flap",
];

it.each([
  ["crsh", "crash"],
  ["rcash", "crash"],
  ["FREEZE", "freeze"],
  ["boot_without", "boot-without"],
  ["latncy", "latency"],
  ["black-hole", "blackhole"],
])("takes %s for %s", (name, expected) => {
  expect(nearestName(name, known)).toBe(expected);
});

it.each(["", "x", "unrelated-thing", "z".repeat(10_000)])("takes %j for none", (name) => {
  expect(nearestName(name, known)).toBeUndefined();
});

it("names the nearest, or all when none is near", () => {
  expect(suggestion("sede", ["seed", "rate"], "--")).toBe("did you mean --seed?");
  expect(suggestion("x", ["seed", "rate"], "--")).toBe("known: --seed, --rate");
});
