import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { Cleanups } from "../../dist/drill/cleanups.js";
import { type DrillContext, drill } from "../../dist/drill/drill.js";
import { type DrillOptions, readOptions } from "../../dist/drill/options.js";
import type { DrillResult, FaultResult } from "../../dist/drill/result.js";

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));

/** Long enough to see a fault and a recovery, with margins for a busy machine. */
export const shortPhases = {
  settleMs: 200,
  lookMs: 100,
  patienceMs: 1_000,
  warmUpMs: 600,
  faultMs: 800,
  recoveryMs: 1_000,
};

export interface FileChanges {
  readonly variants: readonly object[];
  readonly primary?: boolean;
}

/** A variants file in a folder of its own that names modes of the fixture API. */
export async function variantsFile({ variants, primary = false }: FileChanges): Promise<string> {
  const folder = await temporaryFolder();
  const file = join(folder, "drill.json");
  const content = {
    name: "fixture",
    ...(primary && { primary: { command: ["node", join(fixtures, "primary.mjs")] } }),
    // A deadline shorter than the fault, or who hangs all through it would be in time.
    load: { path: "/products/{id}", ids: 50, timeoutMs: 500, expect: { id: "{id}" } },
    variants,
  };
  await writeFile(file, JSON.stringify(content));
  return file;
}

/** A variant of the fixture API, named for its mode. */
export function mode(name: string, changes: object = {}): object {
  return { name, command: ["node", join(fixtures, "api.mjs"), name], ...changes };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-drill-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Options as the command line reads them. */
export function optionsOf(...args: string[]): DrillOptions {
  const options = readOptions(args);
  if (options === null) throw new Error("help was asked for");
  return options;
}

export const silence: ReturnType<DrillContext["progress"]> = {
  beginFault: () => undefined,
  phase: () => undefined,
  samples: () => undefined,
  endFault: () => undefined,
  close: () => undefined,
};

/** Drills in this process, with short phases and with no mind to the generator's lag. */
export async function drillHere(
  options: DrillOptions,
  changes: Partial<DrillContext> = {},
): Promise<DrillResult> {
  const cleanups = new Cleanups();
  const controller = new AbortController();
  try {
    return await drill(options, {
      progress: () => silence,
      note: () => undefined,
      cleanups,
      signal: controller.signal,
      phases: shortPhases,
      lagMaxMs: 10_000,
      ...changes,
    });
  } finally {
    controller.abort();
    await cleanups.run();
  }
}

export function rowOf(result: DrillResult, variant: string, fault: string): FaultResult {
  const row = result.variants
    .find(({ name }) => name === variant)
    ?.faults.find(({ id }) => id === fault);
  if (row === undefined) throw new Error(`no row for ${variant} in ${fault}`);
  return row;
}
