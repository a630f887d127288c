import type { Expectation } from "./plan.ts";
import type { Outcome } from "./sample.ts";

/** Judges the body of a 2xx answer to a request for `id`. */
export function judgeBody(body: string, id: number, { members }: Expectation): Outcome {
  if (members === null) return "ok";
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return "wrong";
  }
  if (typeof parsed !== "object" || parsed === null) return "wrong";
  let outcome: Outcome = "ok";
  for (const [name, template] of Object.entries(members)) {
    const actual = (parsed as Record<string, unknown>)[name];
    if (String(actual) === fill(template, id)) continue;
    // Another id where this one should be: somebody got somebody else's answer.
    const answersAnother = template.includes("{id}") && isScalar(actual);
    if (answersAnother) return "crossed";
    outcome = "wrong";
  }
  return outcome;
}

/** Puts the id in the place of `{id}`. */
export function fill(template: string, id: number): string {
  return template.replaceAll("{id}", String(id));
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
