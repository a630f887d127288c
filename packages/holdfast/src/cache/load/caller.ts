import { HoldfastError, systemClock } from "../../core/index.ts";
import type { Flight } from "./flight.ts";

/** What one caller of a shared fetch wants for itself. */
export interface CallerWishes {
  readonly signal?: AbortSignal | undefined;
  readonly default?: unknown;
  /** On the system clock; `Infinity` for none. */
  readonly deadline: number;
}

/** A fetch, or several as one. */
export type Answering = Pick<Flight, "answer" | "stale">;

/**
 * One caller's view of a fetch: its abort, its time budget and its default change its own answer
 * only. A caller without wishes gets the fetch's own promise.
 */
export function answerFor(flight: Answering, wishes: CallerWishes): Promise<unknown> {
  const { signal, deadline } = wishes;
  let answer = flight.answer;
  if (wishes.default !== undefined) answer = answer.catch(() => wishes.default);
  if (signal === undefined && deadline === Number.POSITIVE_INFINITY) return answer;
  return new Promise((resolve, reject) => {
    let timer: unknown;
    const onAbort = (): void => finish(() => reject(signal?.reason));
    const finish = (settle: () => void): void => {
      if (timer !== undefined) systemClock.cancel(timer);
      signal?.removeEventListener("abort", onAbort);
      settle();
    };
    answer.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    );
    signal?.addEventListener("abort", onAbort, { once: true });
    if (deadline !== Number.POSITIVE_INFINITY) {
      const leftMs = Math.max(0, deadline - systemClock.now());
      timer = systemClock.schedule(
        () => finish(() => outOfTime(flight, wishes, leftMs, resolve, reject)),
        leftMs,
      );
    }
  });
}

/** The caller's budget is over before the fetch: what is left serves it. */
function outOfTime(
  flight: Answering,
  wishes: CallerWishes,
  elapsedMs: number,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): void {
  const { stale } = flight;
  if (stale !== undefined) resolve(stale.value);
  else if (wishes.default !== undefined) resolve(wishes.default);
  else {
    const message = "the time budget ran out before the value was loaded";
    reject(new HoldfastError("HOLDFAST_DEADLINE", message, { elapsedMs, outcome: "unknown" }));
  }
}
