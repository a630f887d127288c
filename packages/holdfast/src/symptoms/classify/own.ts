import type { HoldfastError, HoldfastErrorCode, Outcome } from "../../core/index.ts";
import { symptoms } from "../catalogue/index.ts";
import type { SymptomId } from "../symptom.ts";
import type { Classification } from "./classification.ts";

/** What each of Holdfast's own refusals means to whoever called it. */
const own: Readonly<Record<HoldfastErrorCode, { retryable: boolean; countsAsFailure: boolean }>> = {
  HOLDFAST_OPTIONS: { retryable: false, countsAsFailure: false },
  HOLDFAST_CLIENT: { retryable: false, countsAsFailure: false },
  HOLDFAST_CLOSED: { retryable: false, countsAsFailure: false },
  // The breaker refuses because of failures that were counted already.
  HOLDFAST_OPEN: { retryable: true, countsAsFailure: false },
  HOLDFAST_DEADLINE: { retryable: true, countsAsFailure: true },
  HOLDFAST_UNAVAILABLE: { retryable: true, countsAsFailure: true },
  // A limit of this process says nothing about Redis.
  HOLDFAST_OVERLOADED: { retryable: true, countsAsFailure: false },
  HOLDFAST_KEY: { retryable: false, countsAsFailure: false },
  HOLDFAST_VALUE: { retryable: false, countsAsFailure: false },
  HOLDFAST_COOKIE_SIZE: { retryable: false, countsAsFailure: false },
  HOLDFAST_SPOOL_FULL: { retryable: true, countsAsFailure: false },
  HOLDFAST_SPOOL_LOCKED: { retryable: false, countsAsFailure: false },
};

/** The symptom where the refusal itself does not name one. */
const defaultSymptom: Partial<Record<HoldfastErrorCode, SymptomId>> = {
  HOLDFAST_DEADLINE: "command-timeout",
  HOLDFAST_UNAVAILABLE: "not-connected",
};

const unlisted = { retryable: false, countsAsFailure: false };
const answers = new Map<string, Classification>();

/** Holdfast's own errors carry their outcome and, mostly, the symptom behind them. */
export function classifyOwn(error: HoldfastError): Classification {
  const { code, outcome } = error;
  const symptom = symptomOf(error);
  const key = `${code} ${outcome} ${symptom}`;
  let known = answers.get(key);
  if (known === undefined) {
    // A copy of another version may know codes that this one does not.
    const { retryable, countsAsFailure } = own[code] ?? unlisted;
    known = Object.freeze({
      symptom,
      outcome: isOutcome(outcome) ? outcome : "unknown",
      retryable,
      countsAsFailure,
      source: "client",
    });
    if (answers.size < answersMax) answers.set(key, known);
  }
  return known;
}

/** Codes × outcomes × symptoms; only a forged error could go beyond. */
const answersMax = 1000;

function symptomOf({ symptom, code }: HoldfastError): SymptomId | undefined {
  if (typeof symptom === "string" && Object.hasOwn(symptoms, symptom)) return symptom as SymptomId;
  return defaultSymptom[code];
}

function isOutcome(value: unknown): value is Outcome {
  return value === "not-sent" || value === "refused" || value === "unknown";
}
