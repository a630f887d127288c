export { fixesFor } from "./fixes.ts";
export { rules } from "./rules.ts";
export { type Judgement, judge, type VerdictEvidence } from "./verdict.ts";
