import { writeFile } from "node:fs/promises";
import { CommandError, exitCodes, messageOf, unreachableError } from "../failure.ts";
import { styleFor } from "../terminal/style.ts";
import { type Diagnosis, diagnose, type Examined, isAtLeast } from "./diagnosis.ts";
import { doctorHelp } from "./help.ts";
import { examineLogs } from "./logs/index.ts";
import { type DoctorOptions, readOptions } from "./options.ts";
import { examinePackets } from "./packets/index.ts";
import { ProgressLine } from "./progress.ts";
import { renderHtml } from "./report/html.ts";
import { renderJson } from "./report/json.ts";
import { renderText } from "./report/text.ts";
import { examineServer } from "./server/index.ts";
import { examineSettings } from "./settings/index.ts";
import type { OnProgress, Skipped } from "./source.ts";

/**
 * `holdfast doctor`: says why a Redis connection failed.
 *
 * @returns The exit code: 0, or 1 for a finding or a cause at or above `--fail-on`, 3 when something
 * that was named cannot be reached or read.
 * @throws CommandError with exit code 2 for wrong use, 3 when nothing at all can be read.
 */
export async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options === null) {
    process.stdout.write(doctorHelp);
    return exitCodes.well;
  }
  const progress = new ProgressLine(process.stderr);
  let diagnosis: Diagnosis;
  try {
    diagnosis = await examineAll(options, progress.show);
  } finally {
    progress.clear();
  }
  process.stdout.write(
    options.json
      ? renderJson(diagnosis)
      : renderText(diagnosis, {
          style: styleFor(process.stdout, process.env),
          verbose: options.verbose,
          columns: process.stdout.columns,
        }),
  );
  if (options.html !== undefined) await writeHtml(options.html, diagnosis);
  if (diagnosis.incomplete) return exitCodes.unreachable;
  return isAtLeast(diagnosis, options.failOn) ? exitCodes.finding : exitCodes.well;
}

async function examineAll(options: DoctorOptions, onProgress: OnProgress): Promise<Diagnosis> {
  const { redis, logs, pcaps, ports, appConfigs } = options;
  const unread: Skipped[] = [];
  /** One source that cannot be read leaves the others. */
  const attempt = async <Report>(
    id: string,
    look: () => Promise<Report>,
  ): Promise<Report | undefined> => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof CommandError) || error.exitCode !== exitCodes.unreachable) throw error;
      unread.push({ id, reason: error.message });
      return undefined;
    }
  };
  const examined: Examined = {
    // First, so that wrong use of it is told before long logs have been read.
    server:
      redis === undefined
        ? undefined
        : await attempt("server", () => examineServer(redis, { ...options.server, onProgress })),
    logs:
      logs.length === 0
        ? undefined
        : await attempt("logs", () => examineLogs(logs, { onProgress })),
    packets:
      pcaps.length === 0
        ? undefined
        : await attempt("packets", () =>
            examinePackets(pcaps, { onProgress, ...(ports.length === 0 ? {} : { ports }) }),
          ),
    settings:
      appConfigs.length === 0
        ? undefined
        : await attempt("settings", () => examineSettings(appConfigs)),
  };
  if (Object.values(examined).every((report) => report === undefined)) {
    throw unreachableError(unread.map(({ reason }) => reason).join("; "));
  }
  return diagnose(examined, unread);
}

async function writeHtml(path: string, diagnosis: Diagnosis): Promise<void> {
  try {
    await writeFile(path, renderHtml(diagnosis));
  } catch (error) {
    throw unreachableError(`--html ${path} cannot be written: ${messageOf(error)}`);
  }
}
