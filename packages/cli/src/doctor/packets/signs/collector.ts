import type { SignalId } from "../../signals.ts";
import { type Evidence, maxEvidence, type Signal } from "../../source.ts";

/** A frame of a capture and its time. */
export interface Place {
  readonly file: string;
  readonly frame: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Counts signals, and keeps the first pieces of evidence of each, and the last. */
export class SignalCollector {
  readonly #counts = new Map<SignalId, number>();
  readonly #evidence = new Map<SignalId, Evidence[]>();

  /** @param text - Made only when it is kept. */
  raise(id: SignalId, place: Place, text: () => string, count: number = 1): void {
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + count);
    let kept = this.#evidence.get(id);
    if (kept === undefined) {
      kept = [];
      this.#evidence.set(id, kept);
    }
    const evidence: Evidence = {
      text: text().slice(0, 200),
      place: `${place.file} frame ${place.frame}`,
      at: place.at,
    };
    if (kept.length < maxEvidence) kept.push(evidence);
    else kept[maxEvidence - 1] = evidence;
  }

  has(id: SignalId): boolean {
    return this.#counts.has(id);
  }

  count(id: SignalId): number {
    return this.#counts.get(id) ?? 0;
  }

  forget(id: SignalId): void {
    this.#counts.delete(id);
    this.#evidence.delete(id);
  }

  signals(): Signal[] {
    return [...this.#counts].map(([id, count]) => ({
      id,
      count,
      evidence: this.#evidence.get(id) ?? [],
    }));
  }
}

/** The signals of several collectors as those of one. */
export function mergeSignals(collectors: readonly SignalCollector[]): Signal[] {
  const merged = new Map<SignalId, { count: number; evidence: Evidence[] }>();
  for (const { id, count, evidence } of collectors.flatMap((collector) => collector.signals())) {
    const known = merged.get(id) ?? { count: 0, evidence: [] };
    known.count += count;
    known.evidence.push(...evidence);
    merged.set(id, known);
  }
  return [...merged].map(([id, { count, evidence }]) => {
    const inOrder = evidence.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
    const last = inOrder.at(-1);
    const kept =
      inOrder.length <= maxEvidence || last === undefined
        ? inOrder
        : [...inOrder.slice(0, maxEvidence - 1), last];
    return { id, count, evidence: kept };
  });
}
