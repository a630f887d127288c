/** The length of the blocks that are looked up, and of the shortest literal. */
const blockLength = 3;
const literalMin = 5;

/** What may follow after the letters so far. */
interface Node {
  ends: boolean;
  readonly next: Map<number, Node>;
}

/**
 * A set of literals of which it is only asked whether one occurs. Most of the text is skipped: the
 * last characters of a window tell how far the next possible occurrence is (Wu and Manber, "A fast
 * algorithm for multi-pattern searching", TR-94-17, 1994). Letters match in either case, any white
 * space as a space; behind the first five characters a run of it, too.
 *
 * The time is linear in the text: where a window is a literal's first one, the letters are followed
 * down a tree of the literals, no further than the longest of them and a bounded run of white space.
 */
export class LiteralSet {
  readonly #shifts: Uint8Array = new Uint8Array(1 << (5 * blockLength)).fill(
    literalMin - blockLength + 1,
  );
  readonly #root: Node = { ends: false, next: new Map() };

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
    }
    let node = this.#root;
    for (let at = 0; at < literal.length; at++) {
      const code = literal.charCodeAt(at);
      const next = node.next.get(code) ?? { ends: false, next: new Map() };
      node.next.set(code, next);
      node = next;
    }
    node.ends = true;
  }

  occursIn(text: string): boolean {
    const shifts = this.#shifts;
    for (let end = literalMin - 1; end < text.length; ) {
      const block = blockAt(text, end);
      const shift = shifts[block] as number;
      if (shift === 0) {
        if (this.#startsAt(text, end - literalMin + 1)) return true;
        end++;
      } else {
        end += shift;
      }
    }
    return false;
  }

  #startsAt(text: string, start: number): boolean {
    let node: Node | undefined = this.#root;
    for (let at = start; node !== undefined; ) {
      if (node.ends) return true;
      if (at >= text.length) return false;
      const spaces = node.next.get(0x20);
      const end = spaces === undefined ? at : spacesEnd(text, at);
      if (end > at) {
        node = spaces;
        at = end;
      } else {
        node = node.next.get(folded(text.charCodeAt(at++)));
      }
    }
    return false;
  }
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
