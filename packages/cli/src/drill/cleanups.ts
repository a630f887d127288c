/** One cleanup may take this long, in milliseconds; what hangs must not keep the rest from it. */
const patienceMs = 10_000;

/** What must be undone when the drill ends, however it ends: the last begun is undone first. */
export class Cleanups {
  readonly #undo: Array<() => Promise<void>> = [];

  add(undo: () => Promise<void>): void {
    this.#undo.push(undo);
  }

  /** Undoes everything once. Resolves with what could not be undone. */
  async run(): Promise<readonly unknown[]> {
    const failures: unknown[] = [];
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      try {
        await withPatience(undo());
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}

async function withPatience(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("a cleanup did not end in time")), patienceMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
