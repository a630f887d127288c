/**
 * Says that a callback of the application failed, without letting it change a result. Once for each
 * kind: a broken listener must not flood the log of a process that is in trouble already.
 */
export class CallbackGuard {
  readonly #owner: string;
  readonly #warned: Set<string> = new Set();

  constructor(owner: string) {
    this.#owner = owner;
  }

  /** Reports the rejection of a callback that turned out to be asynchronous. */
  watch(name: string, result: unknown): void {
    if (!isThenable(result)) return;
    result.then(undefined, (error: unknown) => this.warn(name, error));
  }

  warn(name: string, error: unknown): void {
    if (this.#warned.has(name)) return;
    this.#warned.add(name);
    const reason = error instanceof Error ? error.message : String(error);
    process.emitWarning(`${this.#owner}: ${name} threw: ${reason}`, {
      type: "HoldfastWarning",
      detail: "It is ignored, and further ones are not reported. Catch errors inside the callback.",
    });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
