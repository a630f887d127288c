import type { SignalId } from "../../signals.ts";
import { type Evidence, maxEvidence, type Signal } from "../../source.ts";

type ServerSignalId = Extract<SignalId, `server.${string}`>;

const textMax = 200;

/** A signal with its evidence cut to what it may carry: the first pieces, and the last. */
export function raise(id: ServerSignalId, evidence: readonly Evidence[], count = 1): Signal {
  const last = evidence.at(-1);
  const kept =
    evidence.length > maxEvidence && last !== undefined
      ? [...evidence.slice(0, maxEvidence - 1), last]
      : evidence;
  return {
    id,
    count,
    evidence: kept.map((piece) => ({
      ...piece,
      text: piece.text.replaceAll(/\s+/g, " ").slice(0, textMax),
    })),
  };
}

/** A signal where there is evidence, and none where there is none. */
export function raiseIf(
  id: ServerSignalId,
  evidence: readonly (Evidence | undefined)[],
  count?: number,
): readonly Signal[] {
  const there = evidence.filter((piece) => piece !== undefined);
  return there.length === 0 ? [] : [raise(id, there, count ?? 1)];
}
