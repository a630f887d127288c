import {
  invalidationChannel,
  keysOf,
  type OpenTracking,
  plainDuplicate,
  trackingCommand,
} from "./session.ts";

interface NodeRedis {
  readonly options?: { readonly socket?: object };
  on(event: string, listener: () => void): void;
  connect(): Promise<unknown>;
  destroy(): void;
  unref(): void;
  ping(): Promise<unknown>;
  sendCommand(args: readonly string[]): Promise<unknown>;
  subscribe(
    channel: string,
    listener: (message: unknown) => void,
    bufferMode: true,
  ): Promise<unknown>;
}

/** Opens tracking on a duplicate of a node-redis client. */
export function nodeRedisTracking(client: object): OpenTracking {
  return async ({ prefixes, onKeys, onLost, timeoutMs }) => {
    const session = plainDuplicate<NodeRedis>(client, {
      RESP: 2,
      // What needs RESP3, and what would change the replies that are read here.
      clientSideCache: undefined,
      emitInvalidate: false,
      maintNotifications: "disabled",
      commandOptions: undefined,
      disableOfflineQueue: false,
      // A reconnected session would be subscribed and no longer tracked.
      socket: {
        ...(client as NodeRedis).options?.socket,
        reconnectStrategy: false,
        connectTimeout: timeoutMs,
      },
    });
    const close = (): void => {
      try {
        session.destroy();
      } catch {
        // It is closed already.
      }
    };
    session.on("error", onLost);
    session.on("end", onLost);
    try {
      await session.connect();
      session.unref();
      const id = await session.sendCommand(["CLIENT", "ID"]);
      await session.sendCommand(trackingCommand(prefixes, id));
      await session.subscribe(invalidationChannel, (message) => onKeys(keysOf(message)), true);
    } catch (error) {
      close();
      throw error;
    }
    return { ping: () => session.ping(), close };
  };
}
