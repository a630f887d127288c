import type { LoadProcess } from "../load/load-process.ts";
import type { LoadPlan } from "../load/plan.ts";
import type { Stage } from "../stage/stage.ts";
import { orAborted } from "../time.ts";
import { Segment } from "./segment.ts";

/** The rate rises in steps of equal length, as shares of the drill's. */
const rateShares = [0.25, 0.5, 1] as const;

export interface SettleOptions {
  readonly stage: Stage;
  readonly load: LoadProcess;
  readonly plan: Pick<LoadPlan, "schedule" | "expect" | "timeoutMs">;
  readonly settleMs: number;
  readonly signal: AbortSignal;
}

/**
 * Starts the subjects and sends requests that nobody counts, before the first fault. Processes that
 * have just started compile their code while they serve, all of them at once, and on few cores the
 * first fault's baseline would measure that.
 */
export async function settle(options: SettleOptions): Promise<void> {
  const { stage, load, plan, settleMs, signal } = options;
  await orAborted(stage.prepare(new Set()), signal);
  const targets = stage.subjects.map(({ url }) => ({ url }));
  const { rate } = plan.schedule;
  for (const share of rateShares) {
    const schedule = { ...plan.schedule, rate: Math.max(1, Math.round(rate * share)) };
    const toMs = settleMs / rateShares.length;
    const ignore = () => undefined;
    const stretch = { ...plan, schedule, targets, fromMs: 0, toMs };
    await new Segment(load, stretch, ignore, signal).endAt(toMs);
  }
}
