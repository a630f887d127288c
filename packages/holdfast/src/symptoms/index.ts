export type { Outcome } from "../core/index.ts";
export { executionAdvice, retryAdvice } from "./advice.ts";
export { symptoms } from "./catalogue/index.ts";
export type { Classification } from "./classify/classification.ts";
export { classify } from "./classify/classify.ts";
export { mayHoldSign as mayBeFailure } from "./recognize/prefilter.ts";
export type { Recognition } from "./recognize/recognize.ts";
export { recognize } from "./recognize/recognize.ts";
export type {
  Confirmation,
  Speaker,
  Symptom,
  SymptomId,
  SystemSign,
  Wording,
} from "./symptom.ts";
