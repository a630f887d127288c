import { clientKind } from "../../clients/index.ts";
import { ioredisTracking } from "./ioredis-session.ts";
import { nodeRedisTracking } from "./node-redis-session.ts";
import { Tracker, type TrackerParts } from "./tracker.ts";

/**
 * A tracker on connections made like this client's; `undefined` for clients whose connections
 * cannot be had one by one.
 */
export function createTracker(
  client: object,
  parts: Omit<TrackerParts, "open">,
): Tracker | undefined {
  const kind = clientKind(client);
  if (kind?.topology !== "single") return undefined;
  const open = kind.library === "ioredis" ? ioredisTracking(client) : nodeRedisTracking(client);
  return new Tracker({ ...parts, open });
}
