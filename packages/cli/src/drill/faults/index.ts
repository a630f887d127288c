import { auth } from "./auth.ts";
import { blackhole } from "./blackhole.ts";
import { bootWithout } from "./boot-without.ts";
import { busyScript } from "./busy-script.ts";
import { crash } from "./crash.ts";
import { emptyRestart } from "./empty-restart.ts";
import type { Fault } from "./fault.ts";
import { flap } from "./flap.ts";
import { freeze } from "./freeze.ts";
import { latency } from "./latency.ts";
import { maxclients } from "./maxclients.ts";
import { misconf } from "./misconf.ts";
import { noreplicas } from "./noreplicas.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { oom } from "./oom.ts";
import { pauseWrites } from "./pause-writes.ts";
import { masterdown, readonly } from "./readonly.ts";
import { replyLost } from "./reply-lost.ts";
import { resetMidReply } from "./reset-mid-reply.ts";
import { stop } from "./stop.ts";
import { swap } from "./swap.ts";
import { truncate } from "./truncate.ts";

export type { Fault } from "./fault.ts";

/** The faults of a drill that is not told which, in their order. */
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

/** Those that a drill injects when they are named. */
export const furtherFaults: readonly Fault[] = [
  stop,
  oom,
  readonly,
  masterdown,
  noreplicas,
  misconf,
  busyScript,
  pauseWrites,
  auth,
  maxclients,
  replyLost,
  truncate,
  swap,
].map(oneAtATime);
