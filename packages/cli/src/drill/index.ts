import { exitCodes } from "../failure.ts";
import { styleFor } from "../terminal/style.ts";
import { Cleanups } from "./cleanups.ts";
import { drill } from "./drill.ts";
import { drillHelp } from "./help.ts";
import { abortOnSignals, Interrupted } from "./interruption.ts";
import { type DrillOptions, readOptions } from "./options.ts";
import { checkOutputs, writeOutputs } from "./report/outputs.ts";
import { renderTable } from "./report/table.ts";
import type { DrillResult } from "./result.ts";
import { createProgress } from "./run/terminal-progress.ts";

/**
 * `holdfast drill`.
 *
 * @returns The exit code.
 * @throws CommandError for what one line can tell: wrong use, or something that cannot be reached.
 */
export async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === null) {
    process.stdout.write(drillHelp());
    return exitCodes.well;
  }
  await checkOutputs(options);
  const result = await drillAndCleanUp(options);
  if (result === null) return exitCodes.interrupted;
  process.stdout.write(`${closingText(result)}\n`);
  await writeOutputs(options, result);
  process.stdout.write(`Report: ${options.html}\n`);
  return result.passed ? exitCodes.well : exitCodes.finding;
}

/** Null when it was interrupted. Nothing that it started is left in any case. */
async function drillAndCleanUp(options: DrillOptions): Promise<DrillResult | null> {
  const controller = new AbortController();
  const cleanups = new Cleanups();
  const releaseSignals = abortOnSignals(controller);
  try {
    return await drill(options, {
      progress: ({ subjects }) => createProgress(process.stderr, process.env, subjects),
      note: (text) => {
        if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
      },
      cleanups,
      signal: controller.signal,
    });
  } catch (error) {
    if (controller.signal.reason instanceof Interrupted) {
      process.stderr.write("Interrupted: taking the fault away and ending what was started\n");
      return null;
    }
    throw error;
  } finally {
    // What still waits must not start anything more.
    controller.abort();
    for (const failure of await cleanups.run()) {
      process.stderr.write(`while cleaning up: ${String(failure)}\n`);
    }
    releaseSignals();
  }
}

function closingText(result: DrillResult): string {
  const style = styleFor(process.stdout, process.env);
  const verdict = result.passed ? style.green("passed") : style.red("not passed");
  return [
    "",
    renderTable(result, style),
    "",
    `${style.bold(verdict)}: ${result.summary}`,
    style.dim(`Again: ${result.replay}`),
  ].join("\n");
}
