import { exitCodes } from "../failure.ts";

/** Why the drill was aborted: somebody asked it to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Aborts the controller on a signal that asks this process to end, so that the fault is taken away
 * and everything is ended in order. A second signal ends the process at once: its exit handlers
 * still kill what it started.
 *
 * @returns Gives the signals back to whoever had them.
 */
export function abortOnSignals(controller: AbortController): () => void {
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(new Interrupted("interrupted"));
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}
