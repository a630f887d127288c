import { executionAdvice, type Recognition, retryAdvice, symptoms } from "holdfast/symptoms";

/** What `--json` prints; `symptom` is null where nothing was recognised. */
export function explanationData(recognition: Recognition | undefined): Record<string, unknown> {
  if (recognition === undefined) return { symptom: null, client: null, confidence: null };
  const symptom = symptoms[recognition.symptom];
  return {
    symptom: symptom.id,
    symptoms: recognition.symptoms,
    client: recognition.client ?? null,
    host: recognition.host ?? null,
    port: recognition.port ?? null,
    confidence: recognition.confidence,
    title: symptom.title,
    meaning: symptom.meaning,
    effect: symptom.effect,
    outcome: symptom.outcome,
    executed: executionAdvice(symptom),
    retryable: symptom.retryable,
    retry: retryAdvice(symptom),
    causes: symptom.causes,
    confirm: symptom.confirm,
    fixes: symptom.fixes,
    faults: symptom.faults,
    sources: symptom.sources,
  };
}
