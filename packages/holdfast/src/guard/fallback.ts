import type { Call } from "../clients/index.ts";
import type { Clock } from "../core/index.ts";

/**
 * The application's own answer in place of an error, or the fallback's own error. A fallback that has
 * not settled by the command's deadline is left behind, and the application gets the error after all.
 */
export function answerInstead(
  call: Call,
  error: unknown,
  fallback: (failure: unknown) => unknown,
  clock: Clock,
): void {
  let open = true;
  const settle = (how: () => void) => {
    if (!open) return;
    open = false;
    clock.cancel(timer);
    how();
  };
  // At the deadline itself this still lets a fallback answer that needs nothing but promises.
  const leftMs = Math.max(0, call.deadlineAt - clock.now());
  const timer = Number.isFinite(leftMs)
    ? clock.schedule(() => settle(() => call.reject(error)), leftMs)
    : undefined;
  Promise.resolve(error)
    .then(fallback)
    .then(
      (value) => settle(() => call.resolve(value)),
      (failure: unknown) => settle(() => call.reject(failure)),
    );
}
