/** Which library a client object comes from. iovalkey is a fork of ioredis and counts as it. */
export type ClientLibrary = "node-redis" | "ioredis";

/** What stands behind a client object: one connection, several to one server, or several servers. */
export type ClientTopology = "single" | "pool" | "sentinel" | "cluster";

export interface ClientKind {
  readonly library: ClientLibrary;
  readonly topology: ClientTopology;
}

/**
 * Recognises a Redis client by its members rather than by `instanceof`: an application may have
 * several copies of a client library, and this package imports none.
 */
export function clientKind(client: unknown): ClientKind | undefined {
  if (typeof client !== "object" || client === null) return undefined;
  if (isIoredis(client)) {
    return { library: "ioredis", topology: ioredisTopology(client) };
  }
  const topology = nodeRedisTopology(client);
  return topology === undefined ? undefined : { library: "node-redis", topology };
}

/** Whether commands can be sent through `client` with {@link commandSender}. */
export function isSupportedClient(client: unknown): client is object {
  return clientKind(client) !== undefined;
}

function isIoredis(client: object): boolean {
  return (
    has(client, "sendCommand") &&
    has(client, "call") &&
    has(client, "defineCommand") &&
    typeof Reflect.get(client, "status") === "string"
  );
}

function ioredisTopology(client: object): ClientTopology {
  if (Reflect.get(client, "isCluster") === true) return "cluster";
  const options: unknown = Reflect.get(client, "options");
  const sentinels =
    typeof options === "object" && options !== null && Reflect.get(options, "sentinels");
  return Array.isArray(sentinels) ? "sentinel" : "single";
}

function nodeRedisTopology(client: object): ClientTopology | undefined {
  if (!has(client, "sendCommand") || !("_self" in client)) return undefined;
  if ("masters" in client) return "cluster";
  if (has(client, "getSentinelNode")) return "sentinel";
  if ("totalClients" in client) return "pool";
  return "isReady" in client ? "single" : undefined;
}

function has(client: object, method: string): boolean {
  return typeof Reflect.get(client, method) === "function";
}
