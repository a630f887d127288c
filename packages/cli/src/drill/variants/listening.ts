import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Often enough that a boot is timed well, in milliseconds. */
const pollMs = 15;

/** One try to connect may take this long, in milliseconds. */
const connectMs = 1_000;

/** Whether something accepts TCP connections there. */
export function accepts(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: connectMs });
    const finish = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => finish(true));
    socket.once("timeout", () => finish(false));
    socket.once("error", () => finish(false));
  });
}

/**
 * Waits until something accepts connections there; false when that was not so within `patienceMs`,
 * or when `alive` says that it is not worth to wait any longer.
 */
export async function becomesReachable(
  port: number,
  { host, patienceMs, alive, signal }: ReachableOptions,
): Promise<boolean> {
  const untilMs = performance.now() + patienceMs;
  while (alive?.() ?? true) {
    if (await accepts(port, host)) return true;
    if (performance.now() >= untilMs) return false;
    await sleep(pollMs, undefined, { signal });
  }
  return false;
}

export interface ReachableOptions {
  readonly host?: string;
  readonly patienceMs: number;
  readonly alive?: () => boolean;
  readonly signal: AbortSignal;
}
