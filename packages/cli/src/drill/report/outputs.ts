import { access, constants, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { messageOf, unreachableError, usageError } from "../../failure.ts";
import type { DrillOptions } from "../options.ts";
import type { DrillResult } from "../result.ts";
import { renderHtml } from "./html/index.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";

interface Output {
  readonly option: string;
  readonly path: string;
  readonly render: (result: DrillResult) => string;
}

function outputsOf({ html, json, junit }: DrillOptions): Output[] {
  return [
    { option: "--html", path: html, render: renderHtml },
    ...(json === null ? [] : [{ option: "--json", path: json, render: renderJson }]),
    ...(junit === null ? [] : [{ option: "--junit", path: junit, render: renderJunit }]),
  ];
}

/**
 * Looks whether the reports can be written, before minutes are spent on them. What is there stays
 * as it is.
 *
 * @throws CommandError with exit code 2.
 */
export async function checkOutputs(options: DrillOptions): Promise<void> {
  for (const { option, path } of outputsOf(options)) {
    const problem = await problemOf(path);
    if (problem !== null) throw usageError(`${option} ${path} cannot be written: ${problem}`);
  }
}

async function problemOf(path: string): Promise<string | null> {
  const folder = dirname(resolve(path));
  try {
    if (!(await stat(folder)).isDirectory()) return "its folder is a file";
    const there = await stat(path).catch(() => null);
    if (there?.isDirectory()) return "it is a folder";
    await access(there === null ? folder : path, constants.W_OK);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Writes all reports that can be written.
 *
 * @throws CommandError with exit code 3 that names those that cannot.
 */
export async function writeOutputs(options: DrillOptions, result: DrillResult): Promise<void> {
  const failures: string[] = [];
  for (const { option, path, render } of outputsOf(options)) {
    try {
      await writeFile(path, render(result));
    } catch (error) {
      failures.push(`${option} ${path} cannot be written: ${messageOf(error)}`);
    }
  }
  if (failures.length > 0) throw unreachableError(failures.join("; "));
}
