import type { Outcome } from "../../core/index.ts";
import { symptoms } from "../catalogue/index.ts";
import type { Symptom, SymptomId, SystemSign } from "../symptom.ts";
import type { Classification } from "./classification.ts";

/** Nothing is known: not to be repeated unless the caller knows better, and nobody's fault. */
export const unknown: Classification = Object.freeze({
  symptom: undefined,
  outcome: "unknown",
  retryable: false,
  countsAsFailure: false,
  source: "unknown",
});

// Every answer there can be is made once, so that classifying allocates nothing.
const answers = new Map<string, Classification>();

/** The one shared answer for a symptom with this outcome and source. */
export function answer(
  id: SymptomId,
  outcome: Outcome,
  source: Classification["source"],
  countsAsFailure: boolean = symptoms[id].countsAsFailure,
): Classification {
  const key = `${id} ${outcome} ${source} ${countsAsFailure}`;
  let known = answers.get(key);
  if (known === undefined) {
    const { retryable } = symptoms[id];
    known = Object.freeze({ symptom: id, outcome, retryable, countsAsFailure, source });
    answers.set(key, known);
  }
  return known;
}

/** By the first word of an error reply. */
export const byReply: ReadonlyMap<string, Classification> = new Map(
  Object.values(symptoms).flatMap((symptom) => [
    ...(symptom.replies ?? []).map((code) => replyEntry(symptom, code, symptom.countsAsFailure)),
    ...(symptom.innocentReplies ?? []).map((code) => replyEntry(symptom, code, false)),
  ]),
);

function replyEntry(symptom: Symptom, code: string, counts: boolean): [string, Classification] {
  // A reply proves that the server refused, also where the symptom usually shows another way.
  return [code, answer(symptom.id, "refused", "reply", counts)];
}

/** A reply that is no symptom, and says for certain that the command was not executed. */
export const refusedReply: Classification = Object.freeze({
  symptom: undefined,
  outcome: "refused",
  retryable: false,
  countsAsFailure: false,
  source: "reply",
});

/** A reply that is no symptom; what ran before it, in a script or transaction, is not known. */
export const unclearReply: Classification = Object.freeze({ ...refusedReply, outcome: "unknown" });

/** A rejection of the client's own before anything was sent, which is no symptom. */
export const notSent: Classification = Object.freeze({
  ...refusedReply,
  outcome: "not-sent",
  source: "client",
});

/** Codes of replies that are no symptoms and prove that nothing was executed. */
export const harmlessReplies: ReadonlySet<string> = new Set([
  "EXECABORT",
  "BUSYGROUP",
  "BUSYKEY",
  "NOGROUP",
  "NOTBUSY",
  "UNKILLABLE",
  "NOMASTERLINK",
  "INPROG",
]);

/** By the name of a client's error class. */
export const byClass: ReadonlyMap<string, Classification> = new Map(
  Object.values(symptoms).flatMap((symptom) =>
    Object.entries(symptom.classes ?? {}).map(([name, outcome]) => [
      name,
      answer(symptom.id, outcome, "client"),
    ]),
  ),
);

/** What a system error means in each phase, and where the phase is not known. */
export interface BySystem {
  readonly connect: Classification;
  readonly transfer: Classification;
  readonly unphased: Classification;
}

/** By the symbol of a system error, as Node gives it in `code`. */
export const bySystem: ReadonlyMap<string, BySystem> = systemTable();

function systemTable(): Map<string, BySystem> {
  const table = new Map<string, BySystem>();
  for (const symptom of Object.values(symptoms)) {
    for (const sign of symptom.system ?? []) addSystem(table, symptom.id, sign);
  }
  return table;
}

function addSystem(table: Map<string, BySystem>, id: SymptomId, sign: SystemSign): void {
  const connect = answer(id, "not-sent", "system");
  const transfer = answer(id, "unknown", "system");
  const known = table.get(sign.symbol);
  table.set(sign.symbol, {
    connect: sign.during === "transfer" ? (known?.connect ?? connect) : connect,
    transfer: sign.during === "connect" ? (known?.transfer ?? transfer) : transfer,
    // Without a phase, only what cannot happen to an open connection is certain.
    unphased: sign.during === "connect" && known === undefined ? connect : transfer,
  });
}
