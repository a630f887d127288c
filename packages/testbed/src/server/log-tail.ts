const LINES_MAX = 200;
const LINE_MAX_CHARACTERS = 2_000;

/** The last lines that a process wrote. */
export class LogTail {
  readonly #lines: string[] = [];
  #partial = "";

  /** The newest line last; at most 200 of at most 2000 characters each. */
  get lines(): readonly string[] {
    return this.#partial === "" ? [...this.#lines] : [...this.#lines, this.#partial];
  }

  push(text: string): void {
    const lines = (this.#partial + text).split("\n");
    this.#partial = (lines.pop() ?? "").slice(-LINE_MAX_CHARACTERS);
    for (const line of lines) {
      if (line.trim() !== "") this.#lines.push(line.slice(0, LINE_MAX_CHARACTERS));
    }
    this.#lines.splice(0, this.#lines.length - LINES_MAX);
  }
}
