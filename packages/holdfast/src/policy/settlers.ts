// An executor that is shared leaves its functions here: a closure of its own for each call would
// cost as much as the rest of the call's bookkeeping.
let lastResolve: (value: unknown) => void;
let lastReject: (reason: unknown) => void;

const keep = (resolve: (value: unknown) => void, reject: (reason: unknown) => void): void => {
  lastResolve = resolve;
  lastReject = reject;
};

/** A promise whose {@link takeResolve} and {@link takeReject} are to be taken before the next one. */
export function openPromise(): Promise<unknown> {
  return new Promise(keep);
}

export function takeResolve(): (value: unknown) => void {
  return lastResolve;
}

export function takeReject(): (reason: unknown) => void {
  return lastReject;
}

const done: Promise<void> = Promise.resolve();

/**
 * Rejects once the caller has had the time to look at its promise. A promise that is rejected before
 * anyone handles it goes through the process's unhandled-rejection bookkeeping, which costs five
 * times the refusal itself.
 */
export function rejectSoon(reject: (reason: unknown) => void, reason: unknown): void {
  void done.then(() => reject(reason));
}
