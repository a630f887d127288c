import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { symptoms } from "holdfast/symptoms";
import { expect, it } from "vitest";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

it("has a page for each symptom, and no other", () => {
  const pages = readdirSync(path("../../../../docs/symptoms")).filter(
    (name) => name !== "index.md",
  );
  expect(pages.sort()).toEqual(
    Object.keys(symptoms)
      .map((id) => `${id}.md`)
      .sort(),
  );
});

it("says on them what the catalogue says", () => {
  const script = path("../../scripts/symptom-pages.mjs");
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});
