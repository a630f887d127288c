/** Something that ends when a signal aborts. */
export interface Abortable {
  abort(reason: unknown): void;
}

/** The listener on one signal, and whom it tells. */
class Watch {
  readonly #signal: AbortSignal;
  readonly #waiting: Set<Abortable> = new Set();
  readonly #onAbort: () => void = () => this.#tell();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(abortable: Abortable): void {
    if (this.#waiting.size === 0) this.#signal.addEventListener("abort", this.#onAbort);
    this.#waiting.add(abortable);
  }

  remove(abortable: Abortable): void {
    if (!this.#waiting.delete(abortable)) return;
    if (this.#waiting.size === 0) this.#signal.removeEventListener("abort", this.#onAbort);
  }

  #tell(): void {
    const { reason } = this.#signal;
    for (const abortable of this.#waiting) abortable.abort(reason);
  }
}

const watches: WeakMap<AbortSignal, Watch> = new WeakMap();

/**
 * Tells `abortable` when `signal` aborts. However many calls share a long-lived signal, it has one
 * listener of ours while any waits and none when none does.
 */
export function watchSignal(signal: AbortSignal, abortable: Abortable): void {
  let watch = watches.get(signal);
  if (watch === undefined) {
    watch = new Watch(signal);
    watches.set(signal, watch);
  }
  watch.add(abortable);
}

export function unwatchSignal(signal: AbortSignal, abortable: Abortable): void {
  watches.get(signal)?.remove(abortable);
}
