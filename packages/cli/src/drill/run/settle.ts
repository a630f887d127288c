import type { LoadProcess } from "../load/load-process.ts";
import type { LoadPlan } from "../load/plan.ts";
import type { Stage } from "../stage/stage.ts";
import { Segment } from "./segment.ts";

export interface SettleOptions {
  readonly stage: Stage;
  readonly load: LoadProcess;
  readonly plan: Pick<LoadPlan, "schedule" | "expect" | "timeoutMs">;
  readonly settleMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends requests that nobody counts, before the first fault. Processes that have just started
 * compile their code while they serve, all of them at once, and on few cores the first fault's
 * baseline would measure that.
 */
export async function settle(options: SettleOptions): Promise<void> {
  const { stage, load, plan, settleMs, signal } = options;
  const targets = stage.subjects.map(({ url }) => ({ url }));
  const segment = new Segment(
    load,
    { ...plan, targets, fromMs: 0, toMs: settleMs },
    () => undefined,
    signal,
  );
  await segment.endAt(settleMs);
}
