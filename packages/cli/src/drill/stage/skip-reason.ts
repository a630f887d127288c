import type { Fault } from "../faults/fault.ts";
import type { Stage } from "./stage.ts";

/** Why a fault cannot be done on this stage; null when it can. */
export function skipReason(fault: Fault, stage: Stage): string | null {
  if (fault.atBoot && stage.reboot === null) {
    return "the API is not the drill's to start: use --variants";
  }
  for (const backend of stage.backends) {
    const reason = fault.unsupported(backend);
    if (reason !== null) return reason;
  }
  return null;
}
