import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { takeDown, verifyDown } from "./process-down.ts";

/** The API starts while there is no Redis, and Redis comes later. */
export const bootWithout: Fault = {
  id: "boot-without",
  title: "the API starts without Redis",
  standsFor: "a restart of everything, in the wrong order",
  atBoot: true,
  // There were none that could stop: what is asked here is to serve, and to find Redis later.
  stopsReplies: false,
  unsupported: () => null,
  inject: takeDown,
  verify: verifyDown,
  restore: heal,
};
