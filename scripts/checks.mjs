import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { binary, root } from "./setup.mjs";

/**
 * What tools can check without running the product.
 *
 * @returns {{ name: string, args: string[] }[]} - A name, and what Node is given to run it.
 */
export function checks() {
  const published = readdirSync(join(root, "packages"))
    .map((name) => join(root, "packages", name))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .filter((folder) => !manifestOf(folder).private);
  return [
    { name: "style", args: [binary("@biomejs/biome", "biome"), "ci", "--error-on-warnings", "."] },
    { name: "types of the tests", args: [binary("typescript", "tsc"), "-p", "tsconfig.test.json"] },
    {
      name: "imports point down",
      args: [
        binary("dependency-cruiser", "depcruise"),
        "--config",
        ".dependency-cruiser.mjs",
        "packages/*/src",
        "packages/*/test",
        "examples/*/src",
      ],
    },
    { name: "nothing unused", args: [binary("knip"), "--no-progress"] },
    { name: "public API as reported", args: [join(root, "scripts", "api-report.mjs")] },
    ...published.flatMap((folder) => packageChecks(folder)),
  ];
}

function packageChecks(folder) {
  const { name, exports } = manifestOf(folder);
  const publint = { name: `package ${name}`, args: [binary("publint"), folder, "--strict"] };
  // A package without an importable entry point has no types to get wrong.
  if (exports["."] === undefined) return [publint];
  const attw = [binary("@arethetypeswrong/cli", "attw"), "--pack", folder, "--profile", "esm-only"];
  return [publint, { name: `types of ${name} resolve`, args: [...attw, "--quiet"] }];
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
