/** What replaces a secret. */
const hidden = "***";

/** The longest quotation. */
export const quoteMax = 200;

/**
 * What looks like a secret or the content of a key, each with what is put in its place. Every
 * repetition is bounded, so that no line takes more than linear time.
 */
const secrets: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // redis://user:password@host, and the same with the user left out.
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/]{0,100}):[^\s/]{1,300}@/gi, `$1:${hidden}@`],
  // AUTH password, AUTH user password, HELLO 3 AUTH user password, in any quotes and brackets.
  [
    /\b(AUTH|auth(?=["'`]|\(\[))(["'`]?[,\s([]{1,4}["'`]?)(?!<|failed|called|command|with)[^\s"'`,\])]{1,200}(?:["'`]?[,\s]{1,3}["'`]?[^\s"'`,\])]{1,200}){0,1}/g,
    `$1$2${hidden}`,
  ],
  // password=…, "password": "…", requirepass …, pass: '…', token=….
  [
    /\b(pass(?:word|wd|phrase)?|pwd|requirepass|masterauth|secret|token|api_?key|credentials?)(["']?\s{0,3}[=:]\s{0,3})(?:"[^"\n]{0,300}"?|'[^'\n]{0,300}'?|[^\s"',;&)}\]]{1,300})/gi,
    `$1$2${hidden}`,
  ],
  // As in redis.conf and CONFIG SET.
  [/\b(requirepass|masterauth)\s{1,3}[^\s]{1,300}/gi, `$1 ${hidden}`],
  // What a command was called with: ioredis's and Redisson's fields, the server's "beginning with".
  [
    /\b(args|params|arguments|parameters)(["']?\s{0,2}[:=]\s{0,2})\[[^\]\n]{0,2000}\]?/gi,
    "$1$2[…]",
  ],
  [/(with args beginning with:)[^\n]{0,300}/gi, "$1 …"],
  // StackExchange.Redis: "Timeout performing GET user:1 (5000ms), next: SET user:2, …".
  [
    /\b((?:performing|next:|last:|service this operation:)\s{1,2}[A-Z]{2,20})\s(?!\()[^\s,;]{1,300}/g,
    "$1 …",
  ],
  [/\b(WRONGTYPE|BUSYKEY)\b([^\n]{0,60}key) ["'][^"'\n]{0,200}["']/g, "$1$2 …"],
];

/** The text without passwords, tokens and contents of keys. */
export function redact(text: string): string {
  let safe = text;
  for (const [pattern, replacement] of secrets) safe = safe.replace(pattern, replacement);
  return safe;
}

/** One line of at most {@link quoteMax} characters without secrets: how everything is quoted. */
export function quote(text: string): string {
  const line = printable(text.slice(0, quoteMax * 8))
    .replaceAll(/\s+/g, " ")
    .trim();
  const safe = redact(line);
  return safe.length > quoteMax ? `${safe.slice(0, quoteMax - 1)}…` : safe;
}

/** Escape sequences for terminals, whole; then what else is no character to print. */
const escapes = /\p{Cc}\[[0-9;]{0,20}[A-Za-z]/gu;
const unprintable = /\p{Cc}/gu;

/** A log may hold escape sequences that would drive the reader's terminal. */
export function printable(text: string): string {
  return text.replaceAll(escapes, "").replaceAll(unprintable, " ");
}
