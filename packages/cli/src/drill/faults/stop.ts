import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { needsOwnServer, ownServer } from "./own-server.ts";
import { verifyDown } from "./process-down.ts";

/** SIGTERM: Redis ends its connections in order, and nobody listens in its place. */
export const stop: Fault = {
  id: "stop",
  title: "Redis is shut down (SIGTERM)",
  standsFor: "maintenance, a deployment of Redis itself",
  atBoot: false,
  stopsReplies: true,
  unsupported: needsOwnServer,
  async inject(target) {
    const stopped = ownServer(target).stop();
    await target.proxy.down({ existing: "keep" });
    await stopped;
  },
  verify: verifyDown,
  restore: heal,
};
