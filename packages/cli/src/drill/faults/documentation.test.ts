import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { faults, furtherFaults } from "./index.ts";

const page = readFileSync(new URL("../../../../../docs/faults.md", import.meta.url), "utf8");

function documented(heading: string): string[] {
  const from = page.indexOf(`## ${heading}`);
  const section = page.slice(from, page.indexOf("\n## ", from + 1));
  return [...section.matchAll(/^\| `([\w-]+)` \|/gm)].map((match) => match[1] ?? "");
}

it("documents every fault, in order", () => {
  expect(documented("The faults of a drill")).toEqual(faults.map(({ id }) => id));
  expect(documented("Further faults")).toEqual(furtherFaults.map(({ id }) => id));
});

it("gives no two faults the same id or title", () => {
  const every = [...faults, ...furtherFaults];
  expect(new Set(every.map(({ id }) => id)).size).toBe(every.length);
  expect(new Set(every.map(({ title }) => title)).size).toBe(every.length);
});
