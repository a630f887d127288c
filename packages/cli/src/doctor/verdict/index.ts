export { type FixContext, fixesFor } from "./fixes.ts";
export { rules } from "./rules.ts";
export {
  type Judgement,
  judge,
  type RankedCause,
  type RunnerUp,
  type Verdict,
  type VerdictEvidence,
} from "./verdict.ts";
