/** The last part of what a process wrote: enough to say why it did not start. */
export class OutputTail {
  readonly #max: number;
  #text = "";

  /** @param max - In characters. */
  constructor(max = 2_000) {
    this.#max = max;
  }

  push(chunk: string): void {
    this.#text = (this.#text + chunk).slice(-this.#max);
  }

  /** The line that says the most: the last that names an error, else the last. */
  get reason(): string {
    const lines = this.#text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    return lines.findLast((line) => /\berror\b|cannot|failed/i.test(line)) ?? lines.at(-1) ?? "";
  }
}
