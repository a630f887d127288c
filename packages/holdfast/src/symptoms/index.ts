export type { Classification, SymptomId } from "./symptom.ts";
