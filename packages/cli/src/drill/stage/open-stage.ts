import type { Cleanups } from "../cleanups.ts";
import type { DrillOptions } from "../options.ts";
import { type LoadSpec, loadDefaults, readVariantsFile } from "../variants/file.ts";
import type { Stage } from "./stage.ts";
import { openTargetStage } from "./target-stage.ts";
import { openVariantsStage } from "./variants-stage.ts";

export interface OpenedStage {
  readonly stage: Stage;
  readonly load: Omit<LoadSpec, "path">;
}

export interface StageContext {
  /** Says what is being set up. */
  readonly note: (text: string) => void;
  readonly cleanups: Cleanups;
  readonly signal: AbortSignal;
}

/** Opens what the options name. What it starts is ended by the context's cleanups. */
export async function openStage(
  { source, client }: DrillOptions,
  { note, cleanups, signal }: StageContext,
): Promise<OpenedStage> {
  if (source.kind === "targets") {
    const stage = await openTargetStage({ source, note, cleanups, signal });
    return { stage, load: { ...loadDefaults, expect: null } };
  }
  const file = await readVariantsFile(source.path);
  note(`Starting ${file.name}: ${file.variants.map(({ name }) => name).join(", ")}`);
  const stage = await openVariantsStage({ file, client: client ?? "", cleanups, signal });
  return { stage, load: file.load };
}
