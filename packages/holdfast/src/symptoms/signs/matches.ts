import { Automaton } from "./automaton.ts";
import { phaseAt } from "./phase.ts";
import { type Sign, signs, signsByNumber } from "./signs.ts";
import { matchTemplate } from "./template.ts";

/** A sign that stands in a text, with the span of its anchor. */
export interface Match {
  readonly sign: Sign;
  /** Where the whole wording begins. */
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/** How many occurrences of literals are looked at: what did not fit so often is noise. */
const hitsMax = 512;

/** No text says so many different things: more than this are not weighed. */
const matchesMax = 64;

/** How much text a sign's refinement sees. */
const refineReach = 300;

interface Engine {
  readonly automaton: Automaton;
  /** The signs whose anchor each literal is. */
  readonly byLiteral: readonly (readonly Sign[])[];
  readonly lengths: readonly number[];
}

let engine: Engine | undefined;

/** Built at first use: an application in which nothing fails never pays for it. */
function getEngine(): Engine {
  engine ??= buildEngine();
  return engine;
}

function buildEngine(): Engine {
  const byAnchor = new Map<string, Sign[]>();
  for (const sign of signs) {
    const anchor = sign.template.pieces[sign.template.anchor] as string;
    const sharing = byAnchor.get(anchor);
    if (sharing === undefined) byAnchor.set(anchor, [sign]);
    else sharing.push(sign);
  }
  const literals = [...byAnchor.keys()];
  return {
    automaton: new Automaton(literals),
    byLiteral: [...byAnchor.values()],
    lengths: literals.map((literal) => literal.length),
  };
}

/** Every sign that stands in `folded`, in the order of their places, shadowed ones left out. */
export function findMatches(folded: string): Match[] {
  const { automaton, byLiteral, lengths } = getEngine();
  const hits = automaton.scan(folded, hitsMax);
  const matches: Match[] = [];
  for (let hit = 0; hit < hits.length && matches.length < matchesMax; hit += 2) {
    const literal = hits[hit] as number;
    const end = hits[hit + 1] as number;
    const start = end - (lengths[literal] as number);
    for (const sign of byLiteral[literal] as readonly Sign[]) {
      const from = fits(sign, folded, start);
      if (from !== -1) matches.push({ sign, from, start, end });
    }
  }
  // A number only repeats the symbol or sentence beside it, where there is one.
  if (!matches.some(isSystemError) && numberHint.test(folded)) addNumbers(folded, matches);
  return matches.length < 2 ? matches : withoutShadowed(matches);
}

function fits(sign: Sign, folded: string, start: number): number {
  if (sign.wholeWord && /[a-z0-9_]/.test(folded[start - 1] ?? " ")) return -1;
  const from = matchTemplate(sign.template, folded, start);
  if (from === -1) return -1;
  const { refine, during } = sign;
  if (refine !== undefined && !refine.test(folded.slice(from, from + refineReach))) return -1;
  return during === undefined || isPhase(sign, folded, start) ? from : -1;
}

/** Of a sign that means one thing while connecting and another afterwards, takes the right one. */
function isPhase(sign: Sign, folded: string, start: number): boolean {
  const isSystem = sign.source === "system";
  if (isSystem && !contested.has(textOf(sign))) return true;
  // A system's error without a phase is that of the connection, other words that of a command.
  const fallback = isSystem ? "connect" : "transfer";
  return (phaseAt(folded, start, start + textOf(sign).length) ?? fallback) === sign.during;
}

function textOf(sign: Sign): string {
  return sign.template.pieces[sign.template.anchor] as string;
}

/** The texts of system errors that are in two symptoms, one for each phase. */
const contested = new Set<string>();
const phaseOfText = new Map<string, Sign["during"]>();
for (const sign of signs) {
  if (sign.source !== "system") continue;
  const known = phaseOfText.get(textOf(sign));
  if (known !== undefined && known !== sign.during) contested.add(textOf(sign));
  phaseOfText.set(textOf(sign), sign.during);
}

/**
 * The places where a number is a system error's: `[Errno 111]`, `(os error 111)`, `Error 111
 * connecting`, `[WinError 10061]`, `errno: -111`, `(104, '`; a number of Winsock's in brackets.
 */
const numberPattern =
  /(?:\berrno(?:'?"?[ :=]{1,3}| )|\bos error |\bwinerror |\bsocketexception \(|\((?=\d{1,5}[,:] ?['a-z]))-?(\d{1,5})\b|\berror (\d{1,5}) (?:connecting|while)|[([](1\d{4})[)\]:]/g;

// Cheaper than the pattern, for the many texts that have no such number.
const numberHint = /errno|os error|winerror|error \d|[([]\d/;

function addNumbers(folded: string, matches: Match[]): void {
  for (const found of folded.matchAll(numberPattern)) {
    if (matches.length === matchesMax) break;
    const known = signsByNumber.get(Number(found[1] ?? found[2] ?? found[3])) ?? [];
    const start = found.index;
    // A number that two symptoms share stands for one of them while connecting, for the other after.
    const phase =
      known.length > 1
        ? (phaseAt(folded, start + 10, start + found[0].length) ?? "connect")
        : undefined;
    for (const sign of known) {
      if (phase === undefined || sign.during === phase || sign.during === "both") {
        matches.push({ sign, from: start, start, end: start + found[0].length });
        break;
      }
    }
  }
}

function isSystemError({ sign }: Match): boolean {
  return sign.source === "system";
}

/** A match inside a longer one's span is part of that wording. */
function withoutShadowed(matches: readonly Match[]): Match[] {
  const kept: Match[] = [];
  for (const match of matches) {
    if (!isShadowed(match, matches)) kept.push(match);
  }
  return kept;
}

function isShadowed({ start, end }: Match, matches: readonly Match[]): boolean {
  for (const other of matches) {
    if (other.start <= start && other.end >= end && other.end - other.start > end - start)
      return true;
  }
  return false;
}
