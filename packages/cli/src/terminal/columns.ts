export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/** A cell's text and, where it is coloured, how: widths are of the plain text. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

const gap = "  ";

/** Lays rows out in columns as wide as their widest cell; the first line is the titles. */
export function layColumns(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.text.length ?? 0)),
  );
  const line = (cells: readonly Cell[]): string =>
    columns
      .map(({ align }, index) => {
        const { text, paint = (plain: string) => plain } = cells[index] ?? { text: "" };
        const padding = " ".repeat((widths[index] ?? 0) - text.length);
        return align === "left" ? paint(text) + padding : padding + paint(text);
      })
      .join(gap)
      .trimEnd();
  return [line(columns.map(({ title }) => ({ text: title }))), ...rows.map(line)];
}
