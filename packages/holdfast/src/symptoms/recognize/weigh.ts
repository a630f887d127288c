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

/** Decides for each match whether it is about Redis, by what stands around it. */
export function weigh(
  folded: string,
  matches: readonly Match[],
  mentions: readonly Mention[],
): Weighed[] {
  const whole = kindsOf(mentions);
  // A wording of Redis's own is context for what else the text says.
  const ownWording = matches.some(({ sign }) => !sign.generic && sign.rank > 1);
  return matches.map((match) => {
    const [from, to] = lineAround(folded, match);
    const near = kindsOf(mentions.filter(({ at }) => at >= from && at < to));
    if (near.has("routine")) return { match, score: -10, address: undefined };
    // Node prints an error's fields on lines of their own.
    const address =
      findAddress(folded.slice(from, to)) ??
      findAddress(folded.slice(match.from, match.end + reach));
    const own = ownWeight(match) + (match.sign.generic && ownWording ? 2 : 0);
    return { match, address, score: own + around(near, whole) + port(address) };
  });
}

/** What the sign says by itself. */
function ownWeight({ sign }: Match): number {
  if (sign.generic) return 0;
  return sign.source === "reply" ? 4 : 2;
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

type Kinds = ReadonlySet<Mention["kind"]>;

function kindsOf(mentions: readonly Mention[]): Kinds {
  return new Set(mentions.map(({ kind }) => kind));
}

/** What the line and the rest of the text say; the line comes first. */
function around(near: Kinds, whole: Kinds): number {
  let score = 0;
  if (near.has("client") || near.has("server")) score += 3;
  else if (near.has("redis")) score += 1;
  else if (whole.has("client") || whole.has("server")) score += 2;
  else if (whole.has("redis")) score += 1;
  if (near.has("other")) score -= 2;
  else if (whole.has("other") && !whole.has("client")) score -= 1;
  return score;
}

const portWeights = { redis: 2, foreign: -4, web: -2, unknown: 0 } as const;

function port(address: Address | undefined): number {
  if (address === undefined) return 0;
  if (address.host !== undefined && /redis|valkey/.test(address.host)) return 2;
  if (address.port === undefined) return 0;
  return portWeights[kindOfPort(address.port)];
}
