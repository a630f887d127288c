/**
 * Brings log text to the one form that signs are matched in: lower case, straight quotes, single
 * spaces, no colour codes, JSON escapes undone. Line breaks stay, as one `\n` for a run of white
 * space that has one.
 *
 * Linear in the length of the text.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return unusual.test(lower) ? lower.replace(unusualRuns, plain).trim() : lower;
}

const escapeCharacter = String.fromCharCode(0x1b);

// Most lines have none of these, and a test is cheaper than a replacement.
const unusual = new RegExp(`[\\t\\n\\r\\\\${escapeCharacter}\u2018\u2019\u201c\u201d]| {2}`);

const unusualRuns = new RegExp(
  [
    String.raw`(?:[ \t\n\r]|\\[nrt])+`,
    String.raw`(?:${escapeCharacter}|\\u001b)\[[0-9;]{0,20}[a-z]`,
    String.raw`\\u[0-9a-f]{4}`,
    String.raw`\\["'/\\]`,
    "[\u2018\u2019\u201c\u201d]",
  ].join("|"),
  "g",
);

function plain(match: string): string {
  const first = match.charCodeAt(0);
  if (first === 0x2018 || first === 0x2019) return "'";
  if (first === 0x201c || first === 0x201d) return '"';
  if (first === 0x1b || match.startsWith("\\u001b")) return "";
  if (match.startsWith("\\u")) return unescaped(match);
  if (first === 0x5c && match.length === 2 && !/[nrt]/.test(match)) return match.slice(1);
  return /[\n\r]|\\[nr]/.test(match) ? "\n" : " ";
}

/** Only printable ASCII is undone: the rest is in no sign. */
function unescaped(match: string): string {
  const code = Number.parseInt(match.slice(2), 16);
  if (code === 0x2018 || code === 0x2019) return "'";
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code).toLowerCase() : " ";
}
