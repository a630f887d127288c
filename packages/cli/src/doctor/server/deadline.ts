/** What did not come in time. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/**
 * Calls `onOver` when the time is over. What has arrived in the meantime is read first: after a
 * stall of this process a timer fires before the sockets are looked at, and a busy machine would
 * pass for a silent server.
 *
 * @returns What ends the waiting.
 */
export function onDeadline(ms: number, onOver: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    immediate = setImmediate(() => {
      immediate = setImmediate(onOver);
    });
  }, ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}

/** Waits for the work, no longer than `ms` and no longer than the signal allows. */
export async function within<T>(
  ms: number,
  what: string,
  signal: AbortSignal,
  work: Promise<T>,
): Promise<T> {
  // Whoever stops waiting must not leave a rejection that nobody handles.
  work.catch(() => undefined);
  signal.throwIfAborted();
  let cancel = (): void => undefined;
  let abort = (): void => undefined;
  const over = new Promise<never>((_, reject) => {
    cancel = onDeadline(ms, () => reject(new DeadlineError(`${what}: nothing in ${ms} ms`)));
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    cancel();
    signal.removeEventListener("abort", abort);
  }
}
