import { signs, signsByNumber } from "../signs/signs.ts";
import { LiteralSet } from "./literal-set.ts";

/** Words that innocent log lines are full of: a sign is looked for by another word of its. */
const common: ReadonlySet<string> = new Set(
  `a able accepted again all an and any are around as at attempt attempts available be been below
  broker but by can can't cannot client clients closed cluster code command commands connect
  connected connecting connection connections could data db disk does down end error errors failed
  file files first for from get got had has have host id in index initialize invalid is it keys key
  kind line list lost master max memory message more name network no node nodes not number of off on
  one only open opening operation or out over pool process read reading ready received redis refused
  replica request response reset running save saving script send server service sent session set
  slave slot slots so socket state stream sync task terminated than that the there this time timed
  timeout to too type unable unexpected unknown used user using value via waiting was were while
  will with without write writing wrong your`.split(/\s+/),
);

/** What stands before a number that is a system error's; Winsock's numbers stand for themselves. */
const numberWords = ["errno", "os error", "winerror", ...numbered("error")];

let set: LiteralSet | undefined;

/**
 * Whether a text could hold a sign at all: one quick pass, with which most innocent text is done.
 * It looks for one rare word of every sign, so what it lets through is only a candidate.
 */
export function mayHoldSign(text: string): boolean {
  set ??= buildSet();
  return set.occursIn(text);
}

function buildSet(): LiteralSet {
  const windows = [...signsByNumber.keys()].filter((number) => number >= 10_000).map(String);
  const words = signs.flatMap(({ template }) => rareWords(template.pieces));
  return new LiteralSet([...new Set([...words, ...numberWords, ...windows])]);
}

/** The longest word that is not common; a phrase of common words is looked for from a long one on. */
function rareWords(pieces: readonly string[]): string[] {
  const words = pieces
    .flatMap((piece) => piece.split(/[^a-z0-9_]+/))
    .filter((word) => word.length > 4 && !common.has(word));
  const longest = [...pieces].sort((a, b) => b.length - a.length)[0] ?? "";
  const phrase = longest.slice(Math.max(0, longest.search(/[^ ]{5}/)));
  const word = words.sort((a, b) => b.length - a.length)[0] ?? phrase;
  // Too short to be rare, and followed by a number in its template: each beginning of one.
  return word.length > 4 ? [word] : numbered(word);
}

function numbered(word: string): string[] {
  return Array.from({ length: 10 }, (_, digit) => `${word} ${digit}`);
}
