import type { CauseId } from "../causes.ts";
import { clientRules } from "./client-rules.ts";
import { networkRules } from "./network-rules.ts";
import type { CauseRules } from "./rule.ts";
import { serverRules } from "./server-rules.ts";

/** The whole table: what speaks for and against each cause. */
export const rules: CauseRules<CauseId> = { ...networkRules, ...serverRules, ...clientRules };
