import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Cleanups } from "./cleanups.ts";
import type { Fault } from "./faults/fault.ts";
import { type LoadProcess, startLoadProcess } from "./load/load-process.ts";
import type { LoadPlan } from "./load/plan.ts";
import { seedFor } from "./load/seed.ts";
import { faultResult, skippedResult } from "./measure/fault-result.ts";
import type { Observation } from "./measure/observation.ts";
import { recovery } from "./measure/recovery.ts";
import { lagP99MaxMs } from "./measure/validity.ts";
import type { DrillOptions } from "./options.ts";
import { defaultPhases, type Phases, quickPhases } from "./phases.ts";
import { replayCommand } from "./replay.ts";
import { summarize } from "./report/summary.ts";
import type { DrillEnvironment, DrillResult, FaultResult, VariantResult } from "./result.ts";
import { Calm } from "./run/calm.ts";
import type { Progress } from "./run/progress.ts";
import { runFault } from "./run/run-fault.ts";
import { settle } from "./run/settle.ts";
import { type OpenedStage, openStage } from "./stage/open-stage.ts";
import { skipReason } from "./stage/skip-reason.ts";
import type { Stage } from "./stage/stage.ts";

export interface DrillContext {
  readonly progress: (stage: Stage) => Progress;
  readonly note: (text: string) => void;
  readonly cleanups: Cleanups;
  readonly signal: AbortSignal;
  /** Default: those that `options.quick` asks for. */
  readonly phases?: Phases;
  /** The generator's own lag at its p99, in milliseconds, that makes a row invalid. Default 10. */
  readonly lagMaxMs?: number;
}

/** Runs all chosen faults and says what they did. Leaves to `cleanups` what it started. */
export async function drill(options: DrillOptions, context: DrillContext): Promise<DrillResult> {
  const startedAt = new Date();
  const { cleanups, signal } = context;
  const seed = options.seed ?? randomInt(2 ** 32);
  const opened = await openStage(options, context);
  const load = await startLoadProcess();
  cleanups.add(() => load.close());
  signal.throwIfAborted();
  const proxyOverhead = await opened.stage.probeProxy();
  const rows = await runFaults(options, context, opened, load, seed);
  const variants = variantResults(opened.stage, rows);
  return {
    seed,
    environment: environmentOf(options, opened.stage, startedAt, proxyOverhead),
    client: options.client ?? "unknown",
    variants,
    passed: isPassed(variants),
    summary: summarize(variants),
    replay: replayCommand(options, seed, process.env),
  };
}

async function runFaults(
  options: DrillOptions,
  context: DrillContext,
  { stage, load: loadSpec }: OpenedStage,
  load: LoadProcess,
  seed: number,
): Promise<FaultResult[][]> {
  const { signal } = context;
  const phases = context.phases ?? (options.quick ? quickPhases : defaultPhases);
  const planFor = (name: string): Pick<LoadPlan, "schedule" | "expect" | "timeoutMs"> => {
    const { ids, zipf, expect, timeoutMs } = loadSpec;
    return {
      schedule: { rate: options.rate, seed: seedFor(seed, name), ids, zipf },
      expect: { members: expect },
      timeoutMs,
    };
  };
  context.note("Settling: requests that nobody counts");
  await settle({ stage, load, plan: planFor("settle"), settleMs: phases.settleMs, signal });
  const progress = context.progress(stage);
  const calm = new Calm(phases.patienceMs);
  try {
    const rows: FaultResult[][] = [];
    let tired: ReadonlySet<string> = new Set();
    for (const [index, fault] of options.faults.entries()) {
      const reason = skipReason(fault, stage);
      if (reason !== null) {
        rows.push(stage.subjects.map(() => skippedResult(fault, reason)));
        continue;
      }
      progress.beginFault(fault, index, options.faults.length);
      const plan = planFor(fault.id);
      const seen = await runFault({
        fault,
        stage,
        tired,
        load,
        calm,
        phases,
        plan,
        progress,
        signal,
      });
      tired = tiredAfter(stage, seen);
      const results = judge(fault, stage, seen, context.lagMaxMs ?? lagP99MaxMs);
      rows.push(results);
      progress.endFault(results);
    }
    return rows;
  } finally {
    progress.close();
  }
}

function judge(
  fault: Fault,
  stage: Stage,
  seen: readonly Observation[],
  lagMaxMs: number,
): FaultResult[] {
  return stage.subjects.flatMap((subject, index) => {
    const observation = seen[index];
    if (observation === undefined) return [];
    const reportsBreaker = subject.reportsBreaker();
    return [faultResult(fault, observation, { judged: subject.judged, reportsBreaker, lagMaxMs })];
  });
}

/**
 * Those that ended by themselves or did not recover: what a fault leaves behind must not be counted
 * against them in the next one.
 */
function tiredAfter(stage: Stage, seen: readonly Observation[]): ReadonlySet<string> {
  const tired = stage.subjects.filter((_, index) => {
    const observation = seen[index];
    return observation === undefined || observation.restarts > 0 || recovery(observation) === null;
  });
  return new Set(tired.map(({ name }) => name));
}

function variantResults(stage: Stage, rows: readonly FaultResult[][]): VariantResult[] {
  return stage.subjects.map(({ name, description, footnoteOf, judged }, index) => ({
    name,
    description,
    footnoteOf,
    judged,
    faults: rows.flatMap((row) => row[index] ?? []),
  }));
}

/** Every fault of every judged variant was seen and met its bars, and there was one at least. */
export function isPassed(variants: readonly VariantResult[]): boolean {
  const judged = variants.filter((variant) => variant.judged).flatMap(({ faults }) => faults);
  const done = judged.filter(({ status }) => status !== "skipped");
  return (
    done.length > 0 &&
    done.every(({ breaches, status }) => status === "ok" && breaches.length === 0)
  );
}

function environmentOf(
  options: DrillOptions,
  stage: Stage,
  startedAt: Date,
  proxyOverhead: DrillEnvironment["proxyOverhead"],
): DrillEnvironment {
  return {
    node: process.versions.node,
    redis: stage.redisVersion,
    platform: `${process.platform} ${process.arch}`,
    cpus: availableParallelism(),
    rate: options.rate,
    quick: options.quick,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    proxyOverhead,
  };
}
