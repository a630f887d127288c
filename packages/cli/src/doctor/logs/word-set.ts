/** The length of the blocks that are looked up. */
const blockLength = 3;

/**
 * A set of words of which it is only asked whether one occurs: Wu and Manber's search, as the
 * recogniser's own first pass, for words that are long enough to skip far. Case matters.
 */
export class WordSet {
  readonly #window: number;
  readonly #shifts: Uint8Array = new Uint8Array(1 << 15);
  readonly #candidates = new Map<number, string[]>();

  /** @param words - Latin letters, each of 6 characters or more. */
  constructor(words: readonly string[]) {
    this.#window = Math.min(...words.map((word) => word.length), 255);
    if (this.#window < 6) throw new RangeError("words of less than 6 characters are no filter");
    this.#shifts.fill(this.#window - blockLength + 1);
    for (const word of words) this.#add(word);
  }

  #add(word: string): void {
    for (let end = blockLength - 1; end < this.#window; end++) {
      const block = blockAt(word, end);
      const shift = this.#window - 1 - end;
      if (shift < (this.#shifts[block] as number)) this.#shifts[block] = shift;
      if (shift === 0) this.#candidates.set(block, [...(this.#candidates.get(block) ?? []), word]);
    }
  }

  occursIn(text: string): boolean {
    const shifts = this.#shifts;
    const window = this.#window;
    for (let end = window - 1; end < text.length; ) {
      const block = blockAt(text, end);
      const shift = shifts[block] as number;
      if (shift > 0) {
        end += shift;
        continue;
      }
      const start = end - window + 1;
      for (const word of this.#candidates.get(block) ?? []) {
        if (text.startsWith(word, start)) return true;
      }
      end++;
    }
    return false;
  }
}

/** The block that ends there, in 15 bits; others may have the same. */
function blockAt(text: string, end: number): number {
  return (
    ((text.charCodeAt(end - 2) & 0x1f) << 10) |
    ((text.charCodeAt(end - 1) & 0x1f) << 5) |
    (text.charCodeAt(end) & 0x1f)
  );
}
