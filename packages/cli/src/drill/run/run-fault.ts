import type { Fault, FaultTarget } from "../faults/fault.ts";
import type { LoadProcess } from "../load/load-process.ts";
import type { LoadPlan } from "../load/plan.ts";
import type { Sample } from "../load/sample.ts";
import type { Observation } from "../measure/observation.ts";
import type { Phases } from "../phases.ts";
import type { Stage } from "../stage/stage.ts";
import { orAborted } from "../time.ts";
import { type Injection, inject, type Restoration, restore } from "./backend.ts";
import { breakerHistory } from "./breaker-history.ts";
import type { Calm } from "./calm.ts";
import type { Progress } from "./progress.ts";
import { Segment } from "./segment.ts";

export interface FaultRunOptions {
  readonly fault: Fault;
  readonly stage: Stage;
  /** Subjects to start anew: the last fault left them in no state to begin with. */
  readonly tired: ReadonlySet<string>;
  readonly load: LoadProcess;
  readonly calm: Calm;
  readonly phases: Phases;
  readonly plan: Pick<LoadPlan, "schedule" | "expect" | "timeoutMs">;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A restoration that takes longer ends the load by itself, in milliseconds. */
const overtimeMs = 60_000;

/**
 * Drills every subject with one fault: warm-up, fault, recovery. Whatever happens, the fault is
 * taken away again before this settles.
 *
 * @returns What was seen, one entry for each of the stage's subjects.
 */
export async function runFault(options: FaultRunOptions): Promise<readonly Observation[]> {
  const { fault, plan, stage } = options;
  // Its own chances come from the drill's seed too.
  const targets = stage.backends.map((backend) => ({ ...backend, seed: plan.schedule.seed }));
  try {
    return await observe(options, targets);
  } catch (error) {
    await Promise.all(targets.map((target) => restore(fault, target)));
    throw error;
  }
}

async function observe(
  options: FaultRunOptions,
  faultTargets: readonly FaultTarget[],
): Promise<readonly Observation[]> {
  const { fault, load, calm, phases, plan, progress, signal, stage } = options;
  const { warmUpMs, faultMs, recoveryMs } = phases;
  const samples: Sample[] = [];
  const targets = () => stage.subjects.map(({ url }) => ({ url }));
  const send = (fromMs: number, toMs: number): Segment => {
    const collect = (batch: readonly Sample[]): void => {
      samples.push(...batch);
      progress.samples(batch);
    };
    return new Segment(load, { ...plan, targets: targets(), fromMs, toMs }, collect, signal);
  };

  progress.phase("preparing");
  await orAborted(stage.prepare(options.tired), signal);
  await calm.await({ load, plan, targets: targets(), lookMs: phases.lookMs, signal });

  progress.phase("warm-up");
  const limitMs = warmUpMs + faultMs + recoveryMs + overtimeMs;
  const before = send(0, fault.atBoot ? warmUpMs : limitMs);
  await before.until(warmUpMs);
  const usesProxy = stage.backends.map(({ proxy }) => proxy.connections > 0);
  // For a boot there is nobody to send to for a while: the schedule pauses and then goes on.
  if (fault.atBoot) await before.endAt(warmUpMs);
  await stage.resetPrimary();

  progress.phase("fault");
  const injecting = Promise.all(faultTargets.map((target) => inject(fault, target)));
  let during = before;
  if (fault.atBoot) {
    await injecting;
    await orAborted(stage.reboot?.() ?? Promise.resolve(), signal);
    during = send(warmUpMs, limitMs);
  }
  const injections = await orAborted(injecting, signal);
  await during.until(warmUpMs + faultMs);

  progress.phase("recovery");
  const restorations = await Promise.all(faultTargets.map((target) => restore(fault, target)));
  const endMs = Math.max(...restorations.map(({ at }) => during.toMs(at))) + recoveryMs;
  await during.endAt(endMs);
  const seen: Seen = { before, during, samples, usesProxy, injections, restorations, endMs };
  return observations(options, seen);
}

interface Seen {
  readonly before: Segment;
  /** The same as `before` unless the schedule paused for a boot. */
  readonly during: Segment;
  readonly samples: readonly Sample[];
  /** One entry for each backend, as in the next two. */
  readonly usesProxy: readonly boolean[];
  readonly injections: readonly Injection[];
  readonly restorations: readonly Restoration[];
  readonly endMs: number;
}

async function observations(
  { fault, phases, plan, stage }: FaultRunOptions,
  { before, during, samples, usesProxy, injections, restorations, endMs }: Seen,
): Promise<readonly Observation[]> {
  const primary = await stage.primaryCounts();
  const toMs = (epochMs: number): number => {
    const atMs = before.toMs(epochMs);
    if (during === before || atMs < phases.warmUpMs) return atMs;
    return Math.max(phases.warmUpMs, during.toMs(epochMs));
  };
  const none: Sample[] = [];
  const bySubject = stage.subjects.map(() => [...none]);
  for (const sample of samples) bySubject[sample.target]?.push(sample);
  return stage.subjects.map((subject, index) => {
    const { at: injectedAt, verification } = need(injections[subject.backend]);
    const { at: restoredAt, restored } = need(restorations[subject.backend]);
    return {
      samples: bySubject[index] ?? none,
      // A fault at boot is met when the API begins to serve, not while its process starts.
      injectedAtMs: fault.atBoot ? phases.warmUpMs : toMs(injectedAt),
      restoredAtMs: toMs(restoredAt),
      endMs,
      timeoutMs: plan.timeoutMs,
      verification,
      breaker: breakerHistory(subject.breakerEntries(), toMs, endMs),
      primary: primary.get(subject.name) ?? null,
      usesProxy: usesProxy[subject.backend] ?? false,
      comparesBodies: plan.expect.members !== null,
      restarts: subject.restarts(),
      restored,
    };
  });
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a subject names a backend that is not there");
  return value;
}
