import { fold } from "../signs/fold.ts";
import { findMatches, type Match } from "../signs/matches.ts";
import { phaseAt } from "../signs/phase.ts";
import type { Sign } from "../signs/signs.ts";
import type { Classification } from "./classification.ts";
import { answer } from "./tables.ts";

/** The longest part of a message that is looked at: what matters stands at the beginning. */
const messageMax = 1024;

/** The same few messages come thousands of times in an outage. */
const rememberedMax = 256;
const remembered = new Map<string, Classification | null>();

/**
 * Reads an error's message, for want of a code or class that would tell. The error is known to come
 * from a Redis client, so that signs count which other programs share.
 *
 * @param repliesOnly - The message is the server's: it may hold any word of a user's script.
 */
export function classifyMessage(message: string, repliesOnly = false): Classification | undefined {
  const key = repliesOnly ? `r${message}` : `c${message}`;
  const known = remembered.get(key);
  if (known !== undefined) return known ?? undefined;
  const found = read(message.slice(0, messageMax), repliesOnly);
  if (message.length <= messageMax) remember(key, found);
  return found;
}

function remember(key: string, found: Classification | undefined): void {
  if (remembered.size >= rememberedMax) remembered.clear();
  remembered.set(key, found ?? null);
}

function read(message: string, repliesOnly: boolean): Classification | undefined {
  const folded = fold(message);
  const best = strongest(findMatches(folded), repliesOnly);
  if (best === undefined) return undefined;
  const { sign } = best;
  if (runsInScript(folded)) return answer(sign.symptom, "unknown", sign.source);
  return answer(sign.symptom, outcomeOf(best, folded), sign.source);
}

/** A script passes an error on with its own position: what ran before it stays done. */
export function runsInScript(message: string): boolean {
  return message.includes("user_script") || message.includes(" script: ");
}

/** The highest rank wins, the first of them where several stand. */
function strongest(matches: readonly Match[], repliesOnly: boolean): Match | undefined {
  const excluded = new Set(matches.flatMap(({ sign }) => sign.excludes));
  let best: Match | undefined;
  for (const match of matches) {
    if (excluded.has(match.sign.symptom) || (repliesOnly && !isReply(match.sign))) continue;
    if (best === undefined || match.sign.rank > best.sign.rank) best = match;
  }
  return best;
}

function isReply({ source, generic }: Sign): boolean {
  return source === "reply" && !generic;
}

function outcomeOf({ sign, start, end }: Match, folded: string): Classification["outcome"] {
  if (sign.during === undefined) return sign.outcome;
  // Words in the neighbourhood tell a phase well enough for a log, not for a promise.
  if (sign.source !== "system") return "unknown";
  if (sign.during === "transfer") return "unknown";
  if (sign.during === "connect") return "not-sent";
  // Possible in both phases: only a word for connecting proves that nothing was sent.
  return phaseAt(folded, start, end) === "connect" ? "not-sent" : "unknown";
}
