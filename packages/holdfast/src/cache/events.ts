import { type CacheMessage, channels } from "../core/index.ts";

/** Publishes an event of a cache; builds nothing when nobody listens. */
export function publish(
  namespace: string,
  event: CacheMessage["event"],
  details: Pick<CacheMessage, "layer" | "durationMs" | "symptom"> = {},
): void {
  if (channels.cache.hasSubscribers) channels.cache.publish({ namespace, event, ...details });
}
