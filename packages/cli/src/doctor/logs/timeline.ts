/** The most points in time at which something was counted; then neighbours become one. */
const binsMax = 2048;

/** Counts over time in bins of even length, as short as memory allows. */
export class Timeline {
  #stepMs = 1000;
  readonly #series = new Map<string, Map<number, number>>();
  #bins = 0;

  get stepMs(): number {
    return this.#stepMs;
  }

  add(name: string, at: number): void {
    let series = this.#series.get(name);
    if (series === undefined) {
      series = new Map();
      this.#series.set(name, series);
    }
    const bin = Math.floor(at / this.#stepMs);
    const count = series.get(bin);
    series.set(bin, (count ?? 0) + 1);
    if (count === undefined && ++this.#bins > binsMax) this.#double();
  }

  /** What was counted under a name: `[time, count]`, in order of time. */
  points(name: string): [at: number, count: number][] {
    const series = this.#series.get(name) ?? new Map<number, number>();
    return [...series].sort(([a], [b]) => a - b).map(([bin, count]) => [bin * this.#stepMs, count]);
  }

  names(): string[] {
    return [...this.#series.keys()];
  }

  #double(): void {
    while (this.#bins > binsMax / 2) {
      this.#stepMs *= 2;
      this.#bins = 0;
      for (const [name, series] of this.#series) {
        const merged = new Map<number, number>();
        for (const [bin, count] of series) {
          const half = Math.floor(bin / 2);
          merged.set(half, (merged.get(half) ?? 0) + count);
        }
        this.#series.set(name, merged);
        this.#bins += merged.size;
      }
    }
  }
}
