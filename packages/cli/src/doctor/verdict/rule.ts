import type { CauseId } from "../causes.ts";
import type { SignalId } from "../signals.ts";
import type { SourceKind } from "../source.ts";

/**
 * What speaks for and against one cause. Weights are logarithms of likelihood ratios: +3 means that
 * the signal is seen about twenty times as often with this cause as without it, -1 a third as often.
 * They are our judgement, checked on produced faults; `docs/doctor.md` has the score.
 */
export interface CauseRule {
  /** What is wrong, as the verdict's one line. */
  readonly title: string;
  readonly signals: Readonly<Partial<Record<SignalId, number>>>;
  /**
   * Sources that would show this cause: one that was looked at and shows nothing of it speaks
   * against it.
   */
  readonly shownBy: readonly SourceKind[];
}

export type CauseRules<Id extends CauseId> = Readonly<Record<Id, CauseRule>>;
