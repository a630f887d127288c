import type { LoadPlan } from "./plan.ts";
import type { Outcome, Sample } from "./sample.ts";
import { type Arrival, arrivals } from "./schedule.ts";

/** Time and timers of the generator, on the schedule's own scale. */
export interface GeneratorClock {
  /** Milliseconds of the schedule: 0 is its start. */
  now(): number;
  schedule(callback: () => void, delayMs: number): void;
}

export interface GeneratorOptions {
  readonly plan: LoadPlan;
  readonly clock: GeneratorClock;
  readonly send: (target: number, id: number, remainingMs: number) => Promise<Outcome>;
  readonly onSample: (sample: Sample) => void;
}

export interface Generator {
  /** Settles when the last request has ended. */
  readonly done: Promise<void>;
  /** Sends nothing that is due at `atMs` of the schedule or later. */
  end(atMs: number): void;
}

/**
 * Sends the plan's part of the schedule to every target, each request at its intended time.
 *
 * All targets get the same arrivals. Each is shifted by a fraction of the mean gap: otherwise all
 * would get each request at the same moment and the last one would pay for the others' work.
 */
export function startGenerator({ plan, clock, send, onSample }: GeneratorOptions): Generator {
  const inFlightMax = inFlightBound(plan);
  let endMs = plan.toMs;

  const drive = (target: number): Promise<void> =>
    new Promise((resolve) => {
      const shiftMs = ((1_000 / plan.schedule.rate) * target) / plan.targets.length;
      const upcoming = arrivals(plan.schedule);
      let inFlight = 0;
      let ended = false;
      let next = upcoming.next().value;
      while (next.atMs < plan.fromMs) next = upcoming.next().value;

      const settle = (): void => {
        if (ended && inFlight === 0) resolve();
      };
      const fire = async ({ atMs, id }: Arrival): Promise<void> => {
        const intendedMs = atMs + shiftMs;
        const lagMs = Math.max(0, clock.now() - intendedMs);
        const report = (outcome: Outcome, latencyMs: number): void =>
          onSample({ target, intendedMs, endedMs: clock.now(), latencyMs, lagMs, outcome });
        if (inFlight >= inFlightMax) return report("overflow", plan.timeoutMs);
        inFlight += 1;
        const outcome = await send(target, id, Math.max(0, plan.timeoutMs - lagMs));
        inFlight -= 1;
        const latencyMs = clock.now() - intendedMs;
        if (outcome !== "ok") report(outcome, plan.timeoutMs);
        else if (latencyMs > plan.timeoutMs) report("timeout", plan.timeoutMs);
        else report("ok", latencyMs);
        settle();
      };
      const step = (): void => {
        while (next.atMs < endMs && next.atMs + shiftMs <= clock.now()) {
          void fire(next);
          next = upcoming.next().value;
        }
        ended = next.atMs >= endMs;
        if (ended) settle();
        // Woken at least this often, so that an end that comes early is noticed.
        else clock.schedule(step, Math.min(wakeMaxMs, next.atMs + shiftMs - clock.now()));
      };
      step();
    });

  const done = Promise.all(plan.targets.map((_, target) => drive(target))).then(() => undefined);
  return {
    done,
    end: (atMs) => {
      endMs = Math.min(endMs, atMs);
    },
  };
}

const wakeMaxMs = 50;

/**
 * Requests to one target that may be in flight at once: twice of what an API that answers nothing
 * piles up until the deadline, and some for a rate so low that chance rules.
 */
export function inFlightBound(plan: Pick<LoadPlan, "schedule" | "timeoutMs">): number {
  return Math.ceil((2 * plan.schedule.rate * plan.timeoutMs) / 1_000) + 20;
}
