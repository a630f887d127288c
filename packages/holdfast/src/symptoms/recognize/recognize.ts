import { fold } from "../signs/fold.ts";
import { findMatches } from "../signs/matches.ts";
import type { Speaker, SymptomId } from "../symptom.ts";
import type { Address } from "./address.ts";
import { findMentions, type Mention, speakerByForm } from "./context.ts";
import { mayHoldSign } from "./prefilter.ts";
import { type Weighed, weigh } from "./weigh.ts";

/** What {@link recognize} reads off a log text. */
export interface Recognition {
  /** The root, as far as the text names it. */
  readonly symptom: SymptomId;
  /** Everything that the text names, the root first. */
  readonly symptoms: readonly SymptomId[];
  /** Whose words they are, where that can be told. */
  readonly client?: Speaker;
  /** The server's host as the text has it, in lower case; it may be masked. */
  readonly host?: string;
  readonly port?: number;
  /**
   * `high`: the words are Redis's own, or Redis is named beside them. `medium`: one of both is
   * weak. `low`: it could also be something else.
   */
  readonly confidence: "high" | "medium" | "low";
}

/**
 * Recognises a failure of Redis in log text of any client in any language: a line, or a folded stack
 * trace with its causes. Hold one event to a call; of several the strongest is told.
 *
 * What other programs write too ("connection refused") counts only where the text also says Redis:
 * by a client's class or frame, a logger, an address. Routine lines and other services' failures
 * are `undefined`.
 *
 * Any string will do, of any length: the time is linear in it, and nothing is thrown.
 */
export function recognize(text: string): Recognition | undefined {
  if (!mayHoldSign(text)) return undefined;
  const folded = fold(text);
  const matches = findMatches(folded);
  if (matches.length === 0) return undefined;
  const mentions = findMentions(folded);
  const ordered = inOrder(weigh(folded, matches, mentions));
  const [root] = ordered;
  if (root === undefined) return undefined;
  const address = addressOf(ordered);
  const client = clientOf(ordered, mentions) ?? speakerByForm(folded);
  const recognition: Mutable<Recognition> = {
    symptom: root.match.sign.symptom,
    symptoms: idsOf(ordered),
    confidence: confidenceOf(root),
  };
  if (client !== undefined) recognition.client = client;
  if (address?.host !== undefined) recognition.host = address.host;
  if (address?.port !== undefined) recognition.port = address.port;
  return recognition;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function addressOf(ordered: readonly Weighed[]): Address | undefined {
  for (const { address } of ordered) if (address !== undefined) return address;
  return undefined;
}

/** Roots before statements before wrappers, and the first that stands in the text of each. */
function inOrder(weighed: readonly Weighed[]): readonly Weighed[] {
  if (weighed.length < 2) return weighed;
  const excluded = excludedBy(weighed);
  return weighed
    .filter(({ match }) => !excluded.has(match.sign.symptom))
    .sort(
      (a, b) =>
        b.match.sign.rank - a.match.sign.rank || vague(a) - vague(b) || a.match.from - b.match.from,
    );
}

const nothing: ReadonlySet<SymptomId> = new Set();

/** What others rule out; the longer wording rules first, and what is ruled out rules nothing. */
function excludedBy(weighed: readonly Weighed[]): ReadonlySet<SymptomId> {
  if (weighed.every(({ match }) => match.sign.excludes.length === 0)) return nothing;
  const excluded = new Set<SymptomId>();
  const longestFirst = [...weighed].sort((a, b) => lengthOf(b) - lengthOf(a));
  for (const { match } of longestFirst) {
    if (excluded.has(match.sign.symptom)) continue;
    for (const id of match.sign.excludes) excluded.add(id);
  }
  return excluded;
}

function lengthOf({ match }: Weighed): number {
  return match.sign.template.pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** Of two wrappers the one with words of its own says more. */
function vague({ match: { sign } }: Weighed): number {
  return sign.rank === 1 && sign.generic ? 1 : 0;
}

/** A wrapper that only says "not connected" adds nothing to a cause that is named. */
function idsOf(ordered: readonly Weighed[]): SymptomId[] {
  const ids: SymptomId[] = [];
  const best = ordered[0]?.match.sign.rank ?? 0;
  for (const { match } of ordered) {
    const { symptom, rank, generic } = match.sign;
    const emptyWrapper = rank === 1 && rank < best && (generic || symptom === "not-connected");
    if (!emptyWrapper && !ids.includes(symptom)) ids.push(symptom);
  }
  return ids;
}

/** Whose words they are: who has such wordings, else whose class or frame stands beside them. */
function clientOf(ordered: readonly Weighed[], mentions: readonly Mention[]): Speaker | undefined {
  let best: Speaker | undefined;
  const take = (client: Speaker | undefined): void => {
    if (client === undefined || client === "reply") return;
    // A framework is named only where the client under it is not.
    if (best === undefined || (frameworks.has(best) && !frameworks.has(client))) best = client;
  };
  const named = new Set(mentions.map(({ client }) => client));
  const own = ordered.filter(({ match }) => !match.sign.generic).map(({ match }) => match.sign.by);
  // Some wordings are shared with others, who name themselves.
  for (const client of own) if (named.has(client)) take(client);
  for (const { kind, client } of mentions) if (kind === "client") take(client);
  for (const client of own) take(client);
  for (const { client } of mentions) take(client);
  for (const { match } of ordered) take(match.sign.by);
  return best;
}

const frameworks: ReadonlySet<Speaker> = new Set(["spring-data-redis", "celery", "sidekiq"]);

function confidenceOf({ match: { sign }, score }: Weighed): Recognition["confidence"] {
  if (sign.rank === 1 && sign.generic) return "low";
  if (!sign.generic && sign.rank > 1) return "high";
  return score >= 3 ? "high" : "medium";
}
