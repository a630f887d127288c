/**
 * A set of literals that is searched for in one pass, however many there are: the automaton of Aho
 * and Corasick ("Efficient string matching", CACM 18(6), 1975) as a full transition table. One
 * look-up for each character, so the time is linear in the text whatever it holds. Letters match in
 * either case, and a line break as a space.
 */
export class Automaton {
  /** Of each ASCII character; 0 for one that is in no literal. */
  readonly #classes: Uint8Array;
  readonly #width: number;
  readonly #next: Int32Array;
  readonly #outputs: readonly (readonly number[] | undefined)[];

  /** @param literals - Folded text: lower case, single spaces. */
  constructor(literals: readonly string[]) {
    const alphabet = [...new Set(literals.join(""))].sort();
    this.#width = alphabet.length + 1;
    this.#classes = classTable(alphabet);
    const trie = buildTrie(literals, this.#classes, this.#width);
    const { next, outputs } = linkFailures(trie, this.#width);
    this.#next = next;
    this.#outputs = outputs;
  }

  /**
   * Every occurrence, as the literal's index and the offset after it, in turns.
   *
   * @param hitsMax - How many occurrences are told at most; the scan ends there.
   */
  scan(text: string, hitsMax: number): number[] {
    const classes = this.#classes;
    const next = this.#next;
    const outputs = this.#outputs;
    const hits: number[] = [];
    let row = 0;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      const edge = next[row + (code < 128 ? (classes[code] as number) : 0)] as number;
      row = edge;
      // Rows in which something ends are stored negative: one comparison tells them.
      if (edge < 0) {
        row = -edge;
        for (const literal of outputs[row / this.#width] as readonly number[]) {
          hits.push(literal, index + 1);
        }
        if (hits.length >= 2 * hitsMax) break;
      }
    }
    return hits;
  }
}

function classTable(alphabet: readonly string[]): Uint8Array {
  const classes = new Uint8Array(128);
  for (const [index, character] of alphabet.entries()) {
    classes[character.charCodeAt(0)] = index + 1;
    classes[character.toUpperCase().charCodeAt(0)] = index + 1;
  }
  for (const space of "\t\n\r") classes[space.charCodeAt(0)] = classes[0x20] as number;
  return classes;
}

interface Trie {
  readonly next: Int32Array;
  readonly states: number;
  readonly outputs: (number[] | undefined)[];
}

function buildTrie(literals: readonly string[], classes: Uint8Array, width: number): Trie {
  const capacity = literals.reduce((sum, literal) => sum + literal.length, 1);
  const next = new Int32Array(capacity * width).fill(-1);
  const outputs: (number[] | undefined)[] = [];
  let states = 1;
  literals.forEach((literal, index) => {
    let state = 0;
    for (let at = 0; at < literal.length; at++) {
      const edge = state * width + (classes[literal.charCodeAt(at)] ?? 0);
      if (next[edge] === -1) next[edge] = states++;
      state = next[edge] as number;
    }
    const found = outputs[state];
    if (found === undefined) outputs[state] = [index];
    else found.push(index);
  });
  return { next, states, outputs };
}

/** Breadth first, so that a state's failure link is complete before the state is reached. */
function linkFailures(trie: Trie, width: number): Pick<Trie, "next" | "outputs"> {
  const { next, states, outputs } = trie;
  const failure = new Int32Array(states);
  const order: number[] = [0];
  for (let head = 0; head < order.length; head++) {
    const state = order[head] as number;
    for (let letter = 0; letter < width; letter++) {
      const edge = state * width + letter;
      const fallback =
        state === 0 ? 0 : (next[(failure[state] as number) * width + letter] as number);
      const target = next[edge] as number;
      if (target === -1) {
        next[edge] = fallback;
      } else {
        failure[target] = fallback;
        const inherited = outputs[fallback];
        if (inherited !== undefined) outputs[target] = [...(outputs[target] ?? []), ...inherited];
        order.push(target);
      }
    }
  }
  return inOrder(trie, width, order);
}

/** Numbers the states anew: those near the root, which most text stays in, share the cache. */
function inOrder(
  { next, outputs }: Trie,
  width: number,
  order: readonly number[],
): Pick<Trie, "next" | "outputs"> {
  const rowOf = new Int32Array(order.length);
  for (const [index, state] of order.entries()) rowOf[state] = index * width;
  const rows = new Int32Array(order.length * width);
  for (const [index, state] of order.entries()) {
    for (let letter = 0; letter < width; letter++) {
      const target = next[state * width + letter] as number;
      const row = rowOf[target] as number;
      rows[index * width + letter] = outputs[target] === undefined ? row : -row;
    }
  }
  return { next: rows, outputs: order.map((state) => outputs[state]) };
}
