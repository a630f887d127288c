import { blackhole } from "./blackhole.ts";
import { bootWithout } from "./boot-without.ts";
import { crash } from "./crash.ts";
import { emptyRestart } from "./empty-restart.ts";
import type { Fault } from "./fault.ts";
import { flap } from "./flap.ts";
import { freeze } from "./freeze.ts";
import { latency } from "./latency.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { resetMidReply } from "./reset-mid-reply.ts";

export type { Fault } from "./fault.ts";

/** Every fault that a drill can inject, in the order in which it does. */
export const faults: readonly Fault[] = [
  crash,
  freeze,
  bootWithout,
  latency,
  resetMidReply,
  blackhole,
  flap,
  emptyRestart,
].map(oneAtATime);
