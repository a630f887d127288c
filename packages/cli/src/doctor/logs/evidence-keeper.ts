import { quote } from "../redact.ts";
import type { SignalId } from "../signals.ts";
import { type Evidence, maxEvidence, type Signal } from "../source.ts";

/** Counts what raises signals, and keeps the first ones and the last as evidence. */
export class EvidenceKeeper {
  readonly #signals = new Map<
    SignalId,
    { count: number; first: Evidence[]; last?: () => Evidence }
  >();

  /** @param text - Is quoted only where it is kept. */
  add(id: SignalId, text: string, place: string, at: number | undefined): void {
    let signal = this.#signals.get(id);
    if (signal === undefined) {
      signal = { count: 0, first: [] };
      this.#signals.set(id, signal);
    }
    signal.count++;
    const evidence = (): Evidence => ({
      text: quote(text),
      place,
      ...(at === undefined ? {} : { at }),
    });
    if (signal.first.length < maxEvidence - 1) signal.first.push(evidence());
    else signal.last = evidence;
  }

  has(id: SignalId): boolean {
    return this.#signals.has(id);
  }

  count(id: SignalId): number {
    return this.#signals.get(id)?.count ?? 0;
  }

  delete(id: SignalId): void {
    this.#signals.delete(id);
  }

  signals(): Signal[] {
    return [...this.#signals].map(([id, { count, first, last }]) => ({
      id,
      count,
      evidence: last === undefined ? first : [...first, last()],
    }));
  }
}
