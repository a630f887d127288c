import { hasOwnNetwork, hasRedisPy, type Scenario } from "../scenario.ts";
import { connectingScenarios } from "./connecting.ts";
import { connectionScenarios } from "./connections.ts";
import { servingScenarios } from "./serving.ts";

const all = [...connectingScenarios, ...servingScenarios, ...connectionScenarios];

/** Those that can be produced here. */
export const scenarios: readonly Scenario[] = all.filter(
  ({ client, needsNetwork }) =>
    (client !== "redis-py" || hasRedisPy) && (needsNetwork !== true || hasOwnNetwork),
);
