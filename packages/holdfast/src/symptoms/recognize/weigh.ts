import type { Match } from "../signs/matches.ts";
import { type Address, findAddress, kindOfPort } from "./address.ts";
import type { Mention } from "./context.ts";

/** A sign that a text was found to mean, and how sure that is. */
export interface Weighed {
  readonly match: Match;
  /** Above 0: it is Redis that failed. */
  readonly score: number;
  readonly address: Address | undefined;
}

/** How far a sign's own line is looked at, to each side. */
const reach = 400;

/** What stands around a sign. Signs of one line share it. */
interface Surroundings {
  readonly from: number;
  readonly to: number;
  readonly routine: boolean;
  readonly score: number;
  readonly address: Address | undefined;
}

/** Decides for each match whether it is about Redis, by what stands around it. */
export function weigh(
  folded: string,
  matches: readonly Match[],
  mentions: readonly Mention[],
): Weighed[] {
  const whole = kindsOf(mentions, 0, folded.length);
  // A wording of Redis's own is context for what else the text says.
  const ownWording = matches.some(({ sign }) => !sign.generic && sign.rank > 1);
  let last: Surroundings | undefined;
  return matches.map((match) => {
    if (last === undefined || match.from < last.from || match.end > last.to) {
      last = surroundingsOf(folded, match, mentions, whole);
    }
    const { routine, address, score } = last;
    if (routine) return { match, score: -10, address: undefined };
    const own = ownWeight(match) + (match.sign.generic && ownWording ? 2 : 0);
    return { match, address, score: own + score };
  });
}

/** What the sign says by itself. */
function ownWeight({ sign }: Match): number {
  if (sign.generic) return 0;
  return sign.source === "reply" ? 4 : 2;
}

function surroundingsOf(
  folded: string,
  match: Match,
  mentions: readonly Mention[],
  whole: Kinds,
): Surroundings {
  const [from, to] = lineAround(folded, match);
  const isAll = from === 0 && to === folded.length;
  const near = isAll ? whole : kindsOf(mentions, from, to);
  // Node prints an error's fields on lines of their own.
  const fieldsTo = Math.min(folded.length, match.end + reach);
  const address =
    findAddress(folded.slice(from, to)) ??
    (fieldsTo > to ? findAddress(folded.slice(match.from, fieldsTo)) : undefined);
  return { from, to, routine: near.routine, address, score: around(near, whole) + port(address) };
}

/** The line that the match stands on, no more of it than the reach. */
function lineAround(folded: string, { from, end }: Match): [number, number] {
  const start = Math.max(0, from - reach);
  const before = folded.slice(start, from).lastIndexOf("\n");
  const after = folded.slice(end, end + reach).indexOf("\n");
  return [
    before === -1 ? start : start + before + 1,
    after === -1 ? Math.min(folded.length, end + reach) : end + after,
  ];
}

/** Which kinds of context words stand in a part of the text. */
type Kinds = Readonly<Record<Mention["kind"], boolean>>;

function kindsOf(mentions: readonly Mention[], from: number, to: number): Kinds {
  const kinds = { client: false, server: false, redis: false, other: false, routine: false };
  for (const { kind, at } of mentions) {
    if (at >= from && at < to) kinds[kind] = true;
  }
  return kinds;
}

/** What the line and the rest of the text say; the line comes first. */
function around(near: Kinds, whole: Kinds): number {
  let score = 0;
  if (near.client || near.server) score += 3;
  else if (near.redis) score += 1;
  else if (whole.client || whole.server) score += 2;
  else if (whole.redis) score += 1;
  if (near.other) score -= 2;
  else if (whole.other && !whole.client) score -= 1;
  return score;
}

const portWeights = { redis: 2, foreign: -4, web: -2, unknown: 0 } as const;

function port(address: Address | undefined): number {
  if (address === undefined) return 0;
  if (address.host !== undefined && /redis|valkey/.test(address.host)) return 2;
  if (address.port === undefined) return 0;
  return portWeights[kindOfPort(address.port)];
}
