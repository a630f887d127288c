/** What a program was doing when the system's error came. */
export type Phase = "connect" | "transfer";

const reach = 160;

const words =
  /(connect(?:ing|_timeout|timeout|to)?\b|\bdial\b|handshake|establish)|(\bread(?:ing|line)?\b|\brecv|\bwrit(?:e|ing)\b|\bsend(?:ing)?\b|\bsent\b|receiv|\bperforming\b|\breply\b|\bresponse\b|psync|bulk data)/g;

/**
 * The phase that the words before `start` tell, the nearest first; those on the same line after it
 * where there are none before. `undefined` when nothing tells.
 */
export function phaseAt(folded: string, start: number): Phase | undefined {
  const before = folded.slice(Math.max(0, start - reach), start);
  let phase: Phase | undefined;
  for (const match of before.matchAll(words)) {
    phase = match[1] === undefined ? "transfer" : "connect";
  }
  return phase;
}
