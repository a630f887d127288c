/** Colours for one output stream; each returns its text unchanged where colours are not wanted. */
export interface Style {
  readonly coloured: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

/**
 * Colours on a terminal only, and not with `NO_COLOR` set to anything but nothing
 * (https://no-color.org) nor on a terminal that knows none.
 */
export function styleFor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Style {
  const wanted = (environment.NO_COLOR ?? "") === "" && environment.TERM !== "dumb";
  const coloured = stream.isTTY === true && wanted;
  const paint =
    (begin: number, end: number) =>
    (text: string): string =>
      coloured ? `\u001b[${begin}m${text}\u001b[${end}m` : text;
  return {
    coloured,
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
  };
}
