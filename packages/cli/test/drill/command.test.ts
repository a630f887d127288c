import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { DrillResult } from "../../dist/drill/result.js";
import { Command, holdfast } from "./command.ts";
import { mode, temporaryFolder, variantsFile } from "./stage.ts";

it("prints a table, writes the reports that it can and says which it cannot", async () => {
  const folder = await temporaryFolder();
  const variants = [mode("fragile"), mode("steady", { judged: true })];
  const file = await variantsFile({ variants });
  const args = ["--variants", file, "--quick", "--faults", "freeze", "--rate", "20"];
  const outputs = ["--json", "result.json", "--junit", "/dev/full"];
  const command = new Command(["drill", ...args, ...outputs], {}, folder);
  const { code, stderr, stdout } = await command.finished();

  expect(code).toBe(3);
  const [progress, problem, ...more] = stderr.trimEnd().split("\n");
  expect(progress).toMatch(/^\[1\/1\] freeze: fragile \S+.*, steady \S+/);
  expect(problem).toMatch(/^holdfast drill: --junit \/dev\/full cannot be written: ENOSPC/);
  expect(more).toEqual([]);
  expect(stdout).toMatch(/^fault +variant +answered/m);
  expect(stdout).toMatch(/^freeze +fragile .*\n {8}steady /m);
  expect(stdout).toMatch(/^(not )?passed: steady /m);
  // No colours in a pipe.
  expect(stdout + stderr).not.toContain("\u001b");

  const result = JSON.parse(await readFile(join(folder, "result.json"), "utf8")) as DrillResult;
  expect(result.variants.map(({ name }) => name)).toEqual(["fragile", "steady"]);
  expect(stdout).toContain(`Again: ${result.replay}`);
  const html = await readFile(join(folder, "holdfast-report.html"), "utf8");
  expect(html).toMatch(/^<!doctype html>/i);
  expect(await command.until((processes) => processes.length === 0)).toEqual([]);
});

it("tells how it is used, and its version", async () => {
  const help = await holdfast("--help");
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toMatch(/Usage: holdfast COMMAND/);
  const drillHelp = await holdfast("drill", "--help");
  expect(drillHelp).toMatchObject({ code: 0, stderr: "" });
  expect(drillHelp.stdout).toMatch(/boot-without +the API starts without Redis/);
  expect((await holdfast("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const nothing = await holdfast();
  expect(nothing).toMatchObject({ code: 2, stdout: "" });
});
