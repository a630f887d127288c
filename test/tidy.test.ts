import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Everything that git tracks or would track, so that a new file is held to the rules at once. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "");
const typescript = files.filter((file) => file.endsWith(".ts"));
const read = (file: string): string => readFileSync(join(root, file), "utf8");

it("keeps every TypeScript file under 500 lines", () => {
  const generated = /\.generated\.ts$/;
  const long = typescript
    .filter((file) => !generated.test(file))
    .filter((file) => read(file).split("\n").length > 500);
  expect(long).toEqual([]);
});

it("has no test file that no runner matches", () => {
  const matched =
    /^(test\/[^/]+|(packages|examples)\/[^/]+\/(src|test)\/.+)\.test\.ts$|^bench\/.+\.test\.ts$/;
  const tests = files.filter((file) => /\.(test|spec)\.[cm]?[jt]sx?$/.test(file));
  expect(tests.filter((file) => !matched.test(file))).toEqual([]);
});

it("has no focused, skipped or empty test", () => {
  const forbidden = new RegExp(
    String.raw`\b(it|test|describe)\.(only|skip|todo)\b|expect\(${true}\)`,
  );
  const offenders = typescript
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => forbidden.test(read(file)));
  expect(offenders).toEqual([]);
});

it("names no enum, namespace or interface with an I prefix", () => {
  const offenders = typescript.filter((file) =>
    /^\s*(export )?((const )?enum |namespace |interface I[A-Z][a-z])/m.test(read(file)),
  );
  expect(offenders).toEqual([]);
});

it("keeps one lock file entry free of download addresses", () => {
  expect(read("package-lock.json")).not.toMatch(/"resolved": "https?:/);
});
