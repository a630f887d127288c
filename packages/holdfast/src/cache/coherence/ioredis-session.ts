import {
  invalidationChannel,
  keysOf,
  type OpenTracking,
  plainDuplicate,
  trackingCommand,
} from "./session.ts";

interface Ioredis {
  readonly stream?: { unref?(): void };
  on(event: string, listener: (...args: unknown[]) => void): void;
  connect(): Promise<unknown>;
  disconnect(): void;
  ping(): Promise<unknown>;
  call(...args: readonly string[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
}

/** Opens tracking on a duplicate of an ioredis client. */
export function ioredisTracking(client: object): OpenTracking {
  return async ({ prefixes, onKeys, onLost, timeoutMs }) => {
    const session = plainDuplicate<Ioredis>(client, {
      protocol: 2,
      lazyConnect: true,
      connectTimeout: timeoutMs,
      commandTimeout: timeoutMs,
      enableReadyCheck: false,
      enableOfflineQueue: true,
      enableAutoPipelining: false,
      autoResubscribe: false,
      keyPrefix: "",
      maxRetriesPerRequest: 0,
      // A reconnected session would be subscribed and no longer tracked.
      retryStrategy: () => null,
      reconnectOnError: () => false,
    });
    session.on("error", onLost);
    session.on("end", onLost);
    session.on("messageBuffer", (_channel, message) => onKeys(keysOf(message)));
    try {
      await session.connect();
      session.stream?.unref?.();
      const id = await session.call("CLIENT", "ID");
      const [name, ...args] = trackingCommand(prefixes, id);
      await session.call(name as string, ...args);
      await session.subscribe(invalidationChannel);
    } catch (error) {
      session.disconnect();
      throw error;
    }
    return { ping: () => session.ping(), close: () => session.disconnect() };
  };
}
