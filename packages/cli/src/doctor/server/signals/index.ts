import type { Signal } from "../../source.ts";
import type { Facts } from "../facts.ts";
import { connectionSignals } from "./connection.ts";

/** What was seen on the server, its host and its clients; pure. */
export function signalsOf(facts: Facts): readonly Signal[] {
  return connectionSignals(facts);
}
