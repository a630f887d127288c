/** The length of the blocks that are looked up, and of the shortest literal. */
const blockLength = 3;
const literalMin = 5;

/**
 * A set of literals of which it is only asked whether one occurs. Most of the text is skipped: the
 * last characters of a window tell how far the next possible occurrence is (Wu and Manber, "A fast
 * algorithm for multi-pattern searching", TR-94-17, 1994). Letters match in either case, any white
 * space as a space; behind the first five characters a run of it, too.
 *
 * The time is linear in the text: a window is compared with the few literals of its block only, and
 * no further than their length and a bounded run of white space in them.
 */
export class LiteralSet {
  readonly #shifts: Uint8Array = new Uint8Array(1 << (5 * blockLength)).fill(
    literalMin - blockLength + 1,
  );
  /** Of each block that ends a literal's first window, the literals. */
  readonly #candidates = new Map<number, string[]>();

  /** @param literals - Lower case, single spaces, each of 5 characters or more. */
  constructor(literals: readonly string[]) {
    for (const literal of literals) this.#add(literal);
  }

  #add(literal: string): void {
    if (literal.length < literalMin) throw new RangeError(`${literal} is too short`);
    for (let end = blockLength - 1; end < literalMin; end++) {
      const block = blockAt(literal, end);
      const shift = literalMin - 1 - end;
      if (shift < (this.#shifts[block] as number)) this.#shifts[block] = shift;
      if (shift > 0) continue;
      const sharing = this.#candidates.get(block);
      if (sharing === undefined) this.#candidates.set(block, [literal]);
      else sharing.push(literal);
    }
  }

  occursIn(text: string): boolean {
    const shifts = this.#shifts;
    for (let end = literalMin - 1; end < text.length; ) {
      const block = blockAt(text, end);
      const shift = shifts[block] as number;
      if (shift === 0) {
        if (this.#startsAt(text, end - literalMin + 1, block)) return true;
        end++;
      } else {
        end += shift;
      }
    }
    return false;
  }

  #startsAt(text: string, start: number, block: number): boolean {
    for (const literal of this.#candidates.get(block) as readonly string[]) {
      if (startsAt(text, start, literal)) return true;
    }
    return false;
  }
}

function startsAt(text: string, start: number, literal: string): boolean {
  let index = start;
  for (let at = 0; at < literal.length; at++) {
    const code = literal.charCodeAt(at);
    if (code === 0x20) {
      const end = spacesEnd(text, index);
      if (end === index) return false;
      index = end;
    } else if (folded(text.charCodeAt(index++)) !== code) {
      return false;
    }
  }
  return true;
}

/** The longest white space that is taken for one space: a broken line with its indentation. */
const spacesMax = 40;

/** Behind white space, also where it is escaped as in JSON. */
function spacesEnd(text: string, start: number): number {
  let end = start;
  while (end < start + spacesMax) {
    const code = text.charCodeAt(end);
    if (code <= 0x20) end++;
    else if (code === 0x5c && /[nrt]/.test(text[end + 1] ?? "")) end += 2;
    else break;
  }
  return end;
}

/** The block that ends there, in 15 bits: the low five of a character are the same in either case. */
function blockAt(text: string, end: number): number {
  return (
    (bits(text.charCodeAt(end - 2)) << 10) |
    (bits(text.charCodeAt(end - 1)) << 5) |
    bits(text.charCodeAt(end))
  );
}

function bits(code: number): number {
  return code <= 0x20 ? 0 : code & 0x1f;
}

function folded(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code | 0x20;
  return code <= 0x20 ? 0x20 : code;
}
