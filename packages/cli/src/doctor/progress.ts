import type { OnProgress } from "./source.ts";

const frameMs = 100;

/** A line on a terminal that says what is being done; nothing elsewhere. */
export class ProgressLine {
  readonly #output: {
    readonly isTTY?: boolean;
    readonly columns?: number;
    write(text: string): unknown;
  };
  #drawnAt = Number.NEGATIVE_INFINITY;
  #drawn = false;

  constructor(output: {
    readonly isTTY?: boolean;
    readonly columns?: number;
    write(text: string): unknown;
  }) {
    this.#output = output;
  }

  readonly show: OnProgress = ({ step, share }) => {
    if (this.#output.isTTY !== true) return;
    const now = performance.now();
    if (now - this.#drawnAt < frameMs) return;
    this.#drawnAt = now;
    this.#drawn = true;
    const percent = share === undefined ? "" : ` ${Math.floor(share * 100)} %`;
    const text = `… ${step}${percent}`.slice(0, (this.#output.columns ?? 80) - 1);
    this.#output.write(`\r\u001b[2K${text}`);
  };

  /** Leaves the line empty, as it was. */
  clear(): void {
    if (this.#drawn) this.#output.write("\r\u001b[2K");
    this.#drawn = false;
  }
}
