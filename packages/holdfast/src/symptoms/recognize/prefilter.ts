import { signs, signsByNumber } from "../signs/signs.ts";
import type { Template } from "../signs/template.ts";
import { LiteralSet } from "./literal-set.ts";

/** Words that innocent log lines are full of: a sign is looked for by another word of its. */
const common: ReadonlySet<string> = new Set(
  `about accept accepted access address after again against allow allowed another answer append
  application argument arguments around associated attempt attempts available backend became
  because before being belong below broken broker building bytes cache called calls cannot
  certificate change changed channel character check client clients closed cluster command
  commands complete completed configuration configured connect connected connecting connection
  connections consumer could coverage create created current currently database decode default
  delete denied determine device different directory disabled enabled error errors expected
  expire failed failure files finished first float found giving handle health hostname increment
  index initial initialize inside instance integer internal invalid issued known limit loaded
  loading lookup master matching maximum memory message method missing moved multi multiple
  needed nested network never nodes number object offset opening operation options other others
  package parse password pending permission permitted pipeline please possible prefix previous
  problem process processing properly queue range reading readonly ready reason received redis
  refused register remote reply request resolution resolve resolved resource response result
  results retry return returned route running saving script seems select selected served server
  service session should slave slots socket software specified started startup state status
  still stream subcommand succeeded support supported switch syntax system table terminated
  their there these thread timed timeout unable unavailable undefined unexpected unknown update
  username using valid value version waited waiting while without write writing written wrong`.split(
    /\s+/,
  ),
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
  const words = signs.flatMap(({ template }) => rareWords(template));
  return new LiteralSet(shortest([...words, ...numberWords, ...windows]));
}

/** A literal that holds another one says nothing more. */
function shortest(literals: readonly string[]): string[] {
  const kept: string[] = [];
  for (const literal of [...literals].sort((a, b) => a.length - b.length)) {
    if (!kept.some((shorter) => literal.includes(shorter))) kept.push(literal);
  }
  return kept;
}

/** As much of a phrase as tells it apart. */
const phraseMax = 24;

/**
 * A sign's longest word that is not common, else the phrase from its first long word on.
 */
function rareWords({ pieces, numberAfter, anchor }: Template): string[] {
  let best = "";
  let rarity = 0;
  for (const piece of pieces) {
    // A phrase may begin with a word of four: the space behind it ends the first window.
    for (const { 0: word, index } of piece.matchAll(/[a-z0-9_]{4,}/g)) {
      const isCommon = word.length === 4 || common.has(word);
      const found = isCommon ? phraseAt(piece, index) : word;
      const worth = isCommon ? found.length / phraseMax : word.length;
      if (found.length < 5) continue;
      if (worth <= rarity) continue;
      rarity = worth;
      best = found;
    }
  }
  if (best !== "") return [best];
  const short = phraseAt(pieces[anchor] as string, 0);
  if (short.length > 4) return [short];
  // Too short to be rare: with what follows it.
  return numberAfter[anchor] ? numbered(short) : [`${short} `, `${short}:`];
}

/** Up to what logs write in more than one way. */
function phraseAt(piece: string, index: number): string {
  const phrase = piece.slice(index, index + phraseMax);
  return phrase.replace(/(?<=^.{5,})['"`\\].*$/, "").trimEnd();
}

function numbered(word: string): string[] {
  return Array.from({ length: 10 }, (_, digit) => `${word} ${digit}`);
}
