/** HTML that is safe as it stands. Only {@link html} and {@link trusted} make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can stand in a `${}` of {@link html}. Strings are escaped; null and undefined are nothing. */
export type Interpolation = Markup | string | number | null | undefined | readonly Interpolation[];

/**
 * A template tag that escapes whatever is put in, for text and for quoted attributes alike. Names,
 * reasons and commands in a drill's result come from a variants file that anybody may have written.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Interpolation[]): Markup {
  const text = strings.reduce((before, part, at) => before + toHtml(values[at - 1]) + part);
  return new Markup(text);
}

/** Text that is HTML already, such as the page's own style sheet. Never for a result's content. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/**
 * JSON that can stand inside a `<script>` element. `<` is escaped because `</script` and `<!--`
 * would end or hide it, and U+2028 and U+2029 because older parsers take them for line ends.
 */
export function embeddedJson(value: unknown): Markup {
  const escaped = JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new Markup(escaped);
}

function toHtml(value: Interpolation): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "string") return escapeText(value);
  if (typeof value === "number") return String(value);
  return value.map(toHtml).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
