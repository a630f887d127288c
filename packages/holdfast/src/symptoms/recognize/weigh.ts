import type { Match } from "../signs/matches.ts";
import { type Address, findAddress, kindOfPort } from "./address.ts";
import { isTitle, type Mention, serverPrefix } from "./context.ts";

/** A sign that a text was found to mean, and how sure that is. */
export interface Weighed {
  readonly match: Match;
  /** Above 0, and the higher the surer. */
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
  /** It names Redis and another service. */
  readonly disputed: boolean;
  readonly address: Address | undefined;
}

/** The matches that are about Redis, as decided by what stands around each. */
export function weigh(
  folded: string,
  matches: readonly Match[],
  mentions: readonly Mention[],
): Weighed[] {
  const whole = kindsOf(mentions, 0, folded.length);
  // A wording of Redis's own is context for what else the text says.
  const ownWording = matches.some(({ sign }) => !sign.generic && sign.rank > 1);
  let last: Surroundings | undefined;
  const accepted: Weighed[] = [];
  for (const match of matches) {
    if (last === undefined || match.from < last.from || match.end > last.to) {
      last = surroundingsOf(folded, match, mentions, whole);
    }
    if (last.routine || isSupposed(folded, match)) continue;
    const own = ownWeight(match) + (match.sign.generic && ownWording ? 2 : 0);
    const others = last.disputed && isOthers(match, mentions) ? 2 : 0;
    const score = own + last.score - others;
    if (score > 0) accepted.push({ match, score, address: last.address });
  }
  return accepted;
}

/** Words of prose: what follows them in the sentence may happen, and did not. */
const supposition = /\b(?:if|whenever|unless|in case|should)\b[^.:;\n]{0,60}$/;

/** A vague phrase in a sentence that only speaks of the possibility. */
function isSupposed(folded: string, { sign, from }: Match): boolean {
  if (sign.rank > 1 && (!sign.generic || sign.source === "system")) return false;
  return supposition.test(folded.slice(Math.max(0, from - 80), from));
}

/** Of a line that names Redis and another service, the failure belongs to the nearer one. */
function isOthers({ from, end }: Match, mentions: readonly Mention[]): boolean {
  let nearest: Mention | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const mention of mentions) {
    if (mention.kind === "routine") continue;
    const distance = mention.at >= end ? mention.at - end : from - mention.at - mention.length;
    if (distance < least) {
      least = distance;
      nearest = mention;
    }
  }
  return nearest?.kind === "other";
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
  const line = isAll ? folded : folded.slice(from, to);
  const words = isAll ? whole : kindsOf(mentions, from, to);
  const isNamed = words.client || words.server;
  const near = !isNamed && serverPrefix.test(line) ? { ...words, server: true } : words;
  // Node prints an error's fields on lines of their own.
  const fieldsTo = Math.min(folded.length, match.end + reach);
  const address =
    findAddress(line) ??
    (fieldsTo > to ? findAddress(folded.slice(match.from, fieldsTo)) : undefined);
  const routine = near.routine || isTitle(line);
  const disputed = near.other && (near.client || near.server || near.redis);
  const score = around(near, whole) + port(address);
  return { from, to, routine, disputed, address, score };
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
  const kinds = {
    client: false,
    server: false,
    redis: false,
    framework: false,
    other: false,
    routine: false,
  };
  for (const { kind, at } of mentions) {
    if (at >= from && at < to) kinds[kind] = true;
  }
  return kinds;
}

/** What the line and the rest of the text say; the line comes first. */
function around(near: Kinds, whole: Kinds): number {
  let score = 0;
  if (near.client || near.server) score += 3;
  else if (near.redis || near.framework) score += 1;
  else if (whole.client || whole.server) score += 2;
  else if (whole.redis || whole.framework) score += 1;
  if (near.other) score -= score > 0 && (near.client || near.server || near.redis) ? 0 : 2;
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
