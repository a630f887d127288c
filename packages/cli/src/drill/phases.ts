/** How long the parts of one fault last, in milliseconds. */
export interface Phases {
  /** Before the first fault, once: see `run/settle.ts`. */
  readonly settleMs: number;
  /** Before each fault: how long one look takes, and the patience for all that find somebody failing. */
  readonly lookMs: number;
  readonly patienceMs: number;
  readonly warmUpMs: number;
  readonly faultMs: number;
  readonly recoveryMs: number;
}

export const defaultPhases: Phases = {
  settleMs: 4_500,
  lookMs: 600,
  patienceMs: 18_000,
  warmUpMs: 3_600,
  faultMs: 6_000,
  recoveryMs: 7_000,
};

/** Shorter, to see that all works: too short for breakers that stay open for seconds. */
export const quickPhases: Phases = {
  settleMs: 2_400,
  lookMs: 250,
  patienceMs: 6_000,
  warmUpMs: 1_100,
  faultMs: 1_500,
  recoveryMs: 1_700,
};
