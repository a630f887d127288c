import type { Symptom, SymptomId } from "../symptom.ts";
import * as all from "./all.ts";

type ListedId = (typeof all)[keyof typeof all]["id"];

/**
 * The catalogue: what goes wrong between an application and Redis, how it shows, what it means and
 * what to do. Keyed by id, in the order in which a connection meets them.
 */
export const symptoms: Readonly<Record<SymptomId, Symptom>> = byGroup();

/** An id without a file does not compile: the catalogue would not be whole. */
function byGroup(): Readonly<Record<ListedId, Symptom>> {
  const order = ["connecting", "connection", "server", "cluster", "application"];
  const entries = Object.values(all)
    .sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group))
    .map((symptom) => [symptom.id, Object.freeze(symptom)]);
  return Object.freeze(Object.fromEntries(entries));
}
