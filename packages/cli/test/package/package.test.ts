import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const execute = promisify(execFile);
const workspace = fileURLToPath(new URL("../../../../", import.meta.url));
const fixture = join(workspace, "packages/cli/test/fixtures/api.mjs");

let folder: string;
let installed: string;

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function holdfast(...args: string[]): Promise<Finished> {
  const bin = join(installed, "node_modules", ".bin", "holdfast");
  try {
    return { code: 0, ...(await execute(bin, args, { cwd: installed })) };
  } catch (error) {
    return error as Finished;
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-package-"));
  installed = join(folder, "installed");
  const staged = join(folder, "staged");
  const stage = join(workspace, "packages/cli/scripts/stage-package.mjs");
  await execute(process.execPath, [stage, staged]);
  for (const source of [join(workspace, "packages/holdfast"), staged]) {
    await execute("npm", ["pack", source, "--pack-destination", folder, "--ignore-scripts"]);
  }
  const tarballs = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
  const packages = tarballs.map((name) => join(folder, name));
  await execute("npm", [
    ...["install", "--prefix", installed, ...packages],
    ...["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"],
  ]);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

it("carries its own copy of the testbed and asks npm for none", async () => {
  const root = join(installed, "node_modules", "@holdfast");
  expect(await readdir(root)).toEqual(["cli"]);
  const manifest = JSON.parse(await readFile(join(root, "cli", "package.json"), "utf8"));
  expect(Object.keys(manifest.dependencies)).not.toContain("@holdfast/testbed");
  expect(manifest).not.toHaveProperty("devDependencies");
  expect(manifest).not.toHaveProperty("scripts");
  expect((await readdir(join(root, "cli"))).sort()).toEqual([
    ...["LICENSE", "README.md", "dist", "package.json"],
  ]);
});

it("tells how it is used, and what is wrong with wrong use", async () => {
  expect(await holdfast("--help")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Usage: holdfast COMMAND"),
  });
  expect(await holdfast("drill", "--fautls", "all")).toMatchObject({
    code: 2,
    stderr: "holdfast drill: unknown option --fautls (did you mean --faults?)\n",
  });
});

it("drills from where it is installed", async () => {
  const file = join(installed, "drill.json");
  const variants = [{ name: "steady", command: ["node", fixture, "steady"] }];
  await writeFile(
    file,
    JSON.stringify({
      name: "installed",
      load: { path: "/{id}", expect: { id: "{id}" } },
      variants,
    }),
  );
  const args = ["--variants", file, "--faults", "crash", "--quick", "--rate", "20"];
  const { code, stdout } = await holdfast("drill", ...args);
  expect(stdout).toMatch(/^crash +steady /m);
  expect(stdout).toMatch(/^Report: holdfast-report\.html$/m);
  // The verdict depends on the machine's load; that there is one does not.
  expect([0, 1]).toContain(code);
});
