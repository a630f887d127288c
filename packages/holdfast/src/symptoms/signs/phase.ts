/** What a program was doing when the system's error came. */
export type Phase = "connect" | "transfer";

/** How far before a sign, and after it, words are looked for. */
const reach = 160;
const reachAfter = 100;

const words =
  /((?<!dis)connect(?:ing|_timeout|timeout|to)?\b|cannotconnect|initial connections|refresh both connections|connecte(?:rror|xception)|\bdial\b|handshake|establish)|(\bread(?:ing|line|_\w{1,40})?\b|\brecv|\bwrit(?:e|ing)\b|\bsend(?:ing|all|_\w{1,40})?\b|\bsent\b|receiv(?!ed (?:errors?|connection error)\b)|\bperforming\b|\breply\b|\bresponse\b|psync|bulk data)/g;

/**
 * The phase that the words before `start` tell, the nearest first; the first after `end` where there
 * are none before. `undefined` when nothing tells.
 */
export function phaseAt(folded: string, start: number, end: number): Phase | undefined {
  const before = folded.slice(Math.max(0, start - reach), start);
  let phase: Phase | undefined;
  for (const match of before.matchAll(words)) phase = phaseOf(match);
  if (phase !== undefined) return phase;
  for (const match of folded.slice(end, end + reachAfter).matchAll(words)) return phaseOf(match);
  return undefined;
}

function phaseOf(match: RegExpMatchArray): Phase {
  return match[1] === undefined ? "transfer" : "connect";
}
