import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { look, type Sighting } from "./probe.ts";

const UP_MS = 200;
const DOWN_MS = 200;
const LOOK_EVERY_MS = 20;
// Several turns: on a busy machine a whole one can pass between two looks.
const WATCH_MS = 4 * (UP_MS + DOWN_MS);

/** Redis comes and goes, each time too short to settle and long enough to be believed. */
export const flap: Fault = {
  id: "flap",
  title: `Redis flaps: ${UP_MS} ms up, ${DOWN_MS} ms down`,
  standsFor: "a crash loop, a proxy that keeps failing its health check",
  atBoot: false,
  stopsReplies: false,
  unsupported: () => null,
  inject: ({ proxy }) => proxy.flap({ upMs: UP_MS, downMs: DOWN_MS }),
  async verify({ proxy }) {
    const until = performance.now() + WATCH_MS;
    const seen = new Set<Sighting>();
    while (performance.now() < until) {
      seen.add(await look(proxy.port));
      if (seen.has("answered") && seen.has("refused")) {
        return { injected: true, observed: "seen answering and seen refusing connections" };
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return { injected: false, observed: `in ${WATCH_MS} ms seen only: ${[...seen].join(", ")}` };
  },
  restore: heal,
};
