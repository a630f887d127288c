import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { messageOf, unreachableError } from "../../failure.ts";
import { openToRead } from "../fifo.ts";
import { quote } from "../redact.ts";
import type { Finding, Signal, Skipped, SourceReport } from "../source.ts";
import { settingsChecks } from "./checks.ts";
import { type FoundClient, findClients, type Library } from "./find-clients.ts";
import { clientsInJson } from "./json-config.ts";
import { type Setup, setupOf } from "./setup.ts";

/** A source or configuration is read whole, so it is bounded. */
const bytesMax = 4 * 1024 * 1024;

export interface SettingsDetails {
  readonly files: readonly { readonly path: string; readonly clients: number }[];
  readonly clients: readonly {
    readonly library: Library;
    readonly place: string;
    readonly created: string;
  }[];
}

export interface SettingsReport extends SourceReport {
  readonly source: "settings";
  readonly client: Library | undefined;
  readonly settings: SettingsDetails;
}

/**
 * Looks at how clients are created: JSON of their options, or JavaScript, TypeScript and Python.
 *
 * @throws CommandError with exit code 3 when a file cannot be read or is no JSON.
 */
export async function examineSettings(paths: readonly string[]): Promise<SettingsReport> {
  const files: { path: string; clients: number }[] = [];
  const setups: Setup[] = [];
  const skipped: Skipped[] = [];
  for (const path of paths) {
    const found = clientsIn(await read(path), path);
    files.push({ path, clients: found.length });
    setups.push(...found.map((client) => setupOf(client, path)));
    if (found.length === 0) {
      skipped.push({
        id: `app-config ${path}`,
        reason: "no creation of a Redis client found in it",
      });
    }
  }
  return { ...judged(setups), skipped, ...detailsOf(setups, files) };
}

async function read(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > bytesMax) throw new Error("more than 4 MiB are no configuration");
    await using file = await openToRead(path);
    return await file.readFile("utf8");
  } catch (error) {
    throw unreachableError(`--app-config ${path} cannot be read: ${messageOf(error)}`);
  }
}

function clientsIn(text: string, path: string): FoundClient[] {
  const extension = extname(path).toLowerCase();
  if (extension === ".json") return clientsInJson(text, path);
  return findClients(text, extension === ".py" ? "python" : "javascript");
}

type Judged = Pick<SettingsReport, "signals" | "findings" | "passed">;

function judged(setups: readonly Setup[]): Judged {
  const findings: Finding[] = [];
  const signals: Signal[] = [];
  const passed: string[] = [];
  for (const check of settingsChecks) {
    const found = setups.flatMap((setup) => {
      const problem = check.look(setup);
      return problem === undefined ? [] : [{ ...problem, place: setup.place }];
    });
    if (found.length === 0 && setups.length > 0) passed.push(check.id);
    for (const { observed, fix, place } of found) {
      findings.push({
        id: check.id,
        severity: check.severity,
        observed,
        expected: check.threshold,
        fix,
        doc: "docs/doctor.md#client-settings",
        place,
      });
    }
    if (check.signal !== undefined && found.length > 0) {
      const evidence = found
        .slice(0, 5)
        .map(({ observed, place }) => ({ text: quote(observed), place }));
      signals.push({ id: check.signal, count: found.length, evidence });
    }
  }
  return { findings, signals, passed };
}

function detailsOf(
  setups: readonly Setup[],
  files: SettingsDetails["files"],
): Pick<SettingsReport, "source" | "client" | "settings"> {
  return {
    source: "settings",
    client: setups[0]?.library,
    settings: {
      files,
      clients: setups.map(({ library, place, constructorName }) => ({
        library,
        place,
        created: constructorName,
      })),
    },
  };
}
