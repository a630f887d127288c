/** Time as the proxy's effects read it. Injected, so that unit tests run without waiting. */
export interface Clock {
  /** Monotonic, in milliseconds. */
  now(): number;
  /** Calls `callback` once; the timer does not keep the process alive. Returns what cancels it. */
  schedule(callback: () => void, delayMs: number): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  schedule: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs` of real time. Keeps the process alive, because somebody waits for it. */
export function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
