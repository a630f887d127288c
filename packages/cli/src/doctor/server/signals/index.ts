import { maxEvidence, type Signal } from "../../source.ts";
import type { Facts } from "../facts.ts";
import { activitySignals } from "./activity.ts";
import { connectionSignals } from "./connection.ts";
import { hostSignals } from "./host.ts";
import { stateSignals } from "./state.ts";

/** What was seen on the server, its host and its clients, each signal once; pure. */
export function signalsOf(facts: Facts): readonly Signal[] {
  const merged = new Map<string, Signal>();
  for (const signal of [
    ...connectionSignals(facts),
    ...stateSignals(facts),
    ...activitySignals(facts),
    ...hostSignals(facts),
  ]) {
    const before = merged.get(signal.id);
    merged.set(
      signal.id,
      before === undefined
        ? signal
        : {
            ...before,
            count: before.count + signal.count,
            evidence: [...before.evidence, ...signal.evidence].slice(0, maxEvidence),
          },
    );
  }
  return [...merged.values()];
}
