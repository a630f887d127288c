/** A connection on which Redis tells of changed keys. */
export interface TrackingSession {
  /** Rejects when the connection does not answer. */
  ping(): Promise<unknown>;
  close(): void;
}

export interface TrackingRequest {
  /** What the keys to tell of begin with. */
  readonly prefixes: readonly string[];
  /** Keys were changed, removed or have run out; null: all of them, the server was emptied. */
  readonly onKeys: (keys: readonly string[] | null) => void;
  /** The connection broke: changes may have been missed. */
  readonly onLost: () => void;
  /** For the connection to stand, in milliseconds. */
  readonly timeoutMs: number;
}

export type OpenTracking = (request: TrackingRequest) => Promise<TrackingSession>;

/** The channel on which RESP2 subscribers are told of changed keys. */
export const invalidationChannel = "__redis__:invalidate";

/**
 * The command that asks to be told on this same connection. Redirecting to itself makes tracking and
 * subscription live and die together: no break of the one can go unseen by the other.
 */
export function trackingCommand(prefixes: readonly string[], connectionId: unknown): string[] {
  const watched = prefixes.flatMap((prefix) => ["PREFIX", prefix]);
  return ["CLIENT", "TRACKING", "ON", "BCAST", ...watched, "REDIRECT", String(connectionId)];
}

/** The keys in a message, or null when it says that all keys are gone. */
export function keysOf(message: unknown): string[] | null {
  return Array.isArray(message) ? message.map(String) : null;
}

/**
 * A second client with the options of the first, without a guard: a guard would reconnect it behind
 * our back, and tracking would silently be off.
 */
export function plainDuplicate<T>(client: object, overrides: object): T {
  const target: object = (Reflect.get(client, "_self") as object | undefined) ?? client;
  // The guard's hook is a property of the object itself; the library's method is its prototype's.
  const { duplicate } = Object.getPrototypeOf(target) as {
    duplicate(this: object, overrides: object): T;
  };
  return duplicate.call(target, overrides);
}
