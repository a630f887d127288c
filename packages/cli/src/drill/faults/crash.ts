import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { takeDown, verifyDown } from "./process-down.ts";

/** SIGKILL: connections end, new ones are refused. After the restart the data is there again. */
export const crash: Fault = {
  id: "crash",
  title: "Redis dies (SIGKILL)",
  standsFor: "the out-of-memory killer, a crash bug, a lost machine",
  atBoot: false,
  stopsReplies: true,
  unsupported: () => null,
  inject: takeDown,
  verify: verifyDown,
  restore: heal,
};
