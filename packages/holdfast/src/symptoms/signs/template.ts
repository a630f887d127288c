/** A wording in the form that it is searched for: literal pieces with gaps between them. */
export interface Template {
  readonly pieces: readonly string[];
  /** Index of the piece that is searched for; the others are looked for around it. */
  readonly anchor: number;
  /** Whether what follows a piece must be a number. */
  readonly numberAfter: readonly boolean[];
  /** One literal without gaps: nothing is left to check. */
  readonly plain: boolean;
}

/** The longest text that a gap stands for. */
const gapMax = 200;

/** @param text - A wording's text, with `{…}` for what varies. */
export function compileTemplate(text: string): Template {
  const pieces: string[] = [];
  const numberAfter: boolean[] = [];
  for (const [index, part] of text
    .toLowerCase()
    .split(/(\{[^}]*\})/)
    .entries()) {
    const isGap = index % 2 === 1;
    if (isGap) {
      if (part === "{n}" && numberAfter.length > 0) numberAfter[numberAfter.length - 1] = true;
      continue;
    }
    // Punctuation at a gap varies with what fills it: ports are left out, hosts are masked.
    const piece = (index === 0 ? part : part.replace(/^[^a-z0-9]+/, "")).trimEnd();
    if (!/[a-z0-9]/.test(piece)) continue;
    pieces.push(piece);
    numberAfter.push(false);
  }
  const longest = Math.max(...pieces.map((piece) => piece.length));
  return {
    pieces,
    numberAfter,
    anchor: pieces.findIndex((piece) => piece.length === longest),
    plain: pieces.length === 1 && !numberAfter[0],
  };
}

/**
 * Where the whole template begins, when its anchor was found at `start`; -1 when the rest of it is
 * not there. Looks no further than the gaps allow.
 */
export function matchTemplate(template: Template, folded: string, start: number): number {
  if (template.plain) return start;
  const { pieces, anchor, numberAfter } = template;
  let first = start;
  for (let index = anchor - 1; index >= 0; index--) {
    const piece = pieces[index] as string;
    const from = Math.max(0, first - gapMax - piece.length);
    const found = folded.slice(from, first).lastIndexOf(piece);
    if (found === -1) return -1;
    first = from + found;
    if (numberAfter[index] && !numberFollows(folded, first + piece.length)) return -1;
  }
  let end = start + (pieces[anchor] as string).length;
  for (let index = anchor; index < pieces.length; index++) {
    if (index > anchor) {
      const piece = pieces[index] as string;
      const found = folded.slice(end, end + gapMax + piece.length).indexOf(piece);
      if (found === -1) return -1;
      end += found + piece.length;
    }
    if (numberAfter[index] && !numberFollows(folded, end)) return -1;
  }
  return first;
}

/** Skips what may stand before a number: a space, a quote, a bracket, a sign. */
function numberFollows(folded: string, index: number): boolean {
  for (let at = index; at < index + 4; at++) {
    const code = folded.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) return true;
    if (!" '\"`(:#-<[".includes(folded[at] ?? "x")) return false;
  }
  return false;
}
