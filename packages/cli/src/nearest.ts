/** Names longer than this are compared by their beginning. */
const comparedMax = 40;

/**
 * The known name that was probably meant by `name`; undefined when none is close: fewer than half
 * of the letters may differ.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: editsBetween(name, candidate) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits * 2 <= Math.min(name.length, comparedMax)
    ? best.candidate
    : undefined;
}

/** `did you mean X?` where a name is near, else all that are known. */
export function suggestion(name: string, known: readonly string[], prefix = ""): string {
  const nearest = nearestName(name, known);
  return nearest === undefined
    ? `known: ${known.map((each) => prefix + each).join(", ")}`
    : `did you mean ${prefix}${nearest}?`;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `from` into `to`. */
function editsBetween(from: string, to: string): number {
  const a = from.slice(0, comparedMax).toLowerCase();
  const b = to.slice(0, comparedMax).toLowerCase();
  const width = b.length + 1;
  const cells = new Uint8Array((a.length + 1) * width);
  const at = (row: number, column: number): number => cells[row * width + column] ?? 0;
  for (let row = 0; row <= a.length; row++) {
    for (let column = 0; column <= b.length; column++) {
      cells[row * width + column] = cheapest(row, column);
    }
  }
  return at(a.length, b.length);

  function cheapest(row: number, column: number): number {
    if (row === 0 || column === 0) return row + column;
    const same = a[row - 1] === b[column - 1];
    const edits = [
      at(row - 1, column - 1) + (same ? 0 : 1),
      at(row - 1, column) + 1,
      at(row, column - 1) + 1,
    ];
    const swapped =
      row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
    if (swapped) edits.push(at(row - 2, column - 2) + 1);
    return Math.min(...edits);
  }
}
