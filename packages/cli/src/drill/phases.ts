/** How long the parts of one fault last, in milliseconds. */
export interface Phases {
  /** Before the first fault, once: see `run/settle.ts`. */
  readonly settleMs: number;
  readonly warmUpMs: number;
  readonly faultMs: number;
  readonly recoveryMs: number;
}

export const defaultPhases: Phases = {
  settleMs: 4_500,
  warmUpMs: 4_000,
  faultMs: 6_000,
  recoveryMs: 7_000,
};

/** Shorter, to see that all works: too short for breakers that stay open for seconds. */
export const quickPhases: Phases = {
  settleMs: 2_400,
  warmUpMs: 1_100,
  faultMs: 1_500,
  recoveryMs: 1_700,
};
