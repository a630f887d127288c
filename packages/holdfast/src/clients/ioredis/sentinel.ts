import type { AdapterHost } from "../adapter.ts";
import { hook } from "../hook.ts";
import type { Endpoint } from "../probe.ts";
import type { IoredisClient } from "./members.ts";

/** Of a second, the part that one sentinel has for its answer, and a server to accept a connection. */
const sentinelMs = 250;
const connectMs = 500;

/** A server that is no primary any more may still answer what is on its way: so long it is left alone. */
const drainMs = 25;

interface SentinelOptions {
  readonly sentinels?: unknown;
  readonly name?: string;
  readonly role?: string;
  sentinelRetryStrategy?: ((attempts: number) => unknown) | null;
  sentinelCommandTimeout?: number;
  connectTimeout?: number;
  failoverDetector?: boolean;
}

interface Connector {
  readonly sentinelIterator?: {
    readonly cursor?: number;
    readonly sentinels?: readonly unknown[];
    reset(moveCurrentFirst: boolean): void;
  };
  readonly failoverDetector?: { cleanup(): void } | null;
  disconnect(): void;
  connect(...values: unknown[]): Promise<unknown>;
}

type Owner = Pick<AdapterHost, "clock" | "connecting" | "down">;

/**
 * What is different when an ioredis client finds its server through sentinels: every attempt to connect
 * asks them first, a silent one would hold it up for ever, and the server behind it may be another one.
 */
export class Sentinels {
  readonly #client: IoredisClient;
  readonly #owner: Owner;
  readonly #options: SentinelOptions;
  readonly #restore: readonly (() => void)[];
  readonly originals: object;
  #endpoint: (Endpoint & { readonly host: string; readonly port: number }) | undefined;

  /** Undefined for a client that knows its server itself. */
  static of(client: IoredisClient, owner: Owner): Sentinels | undefined {
    const options = client.options as SentinelOptions;
    return Array.isArray(options.sentinels) ? new Sentinels(client, owner) : undefined;
  }

  private constructor(client: IoredisClient, owner: Owner) {
    this.#client = client;
    this.#owner = owner;
    this.#options = client.options as SentinelOptions;
    const connector = Reflect.get(client, "connector") as Connector;
    const { connect, disconnect } = connector;
    let asking = false;
    let moved = false;
    const onEnd = () => connector.failoverDetector?.cleanup();
    client.on("end", onEnd);
    this.originals = this.#takeOver();
    this.#restore = [
      () => Object.assign(this.#options, this.originals),
      hook(connector, "connect", async (...values: unknown[]) => {
        startOver(connector);
        asking = true;
        moved = false;
        let stream: unknown;
        try {
          stream = await connect.apply(connector, values);
        } finally {
          asking = false;
        }
        // The sentinel that answered may not have known yet.
        if (moved) (stream as { destroy(): void }).destroy();
        // From here on it is an attempt at one server, with the time of one.
        owner.connecting();
        return stream;
      }),
      hook(connector, "disconnect", () => {
        const { stream } = client;
        // Of a failover, while the sentinels are asked: the client would end for good.
        if (asking && client.manuallyClosing !== true) {
          moved = true;
          return;
        }
        disconnect.call(connector);
        // A server that stands still would not close its side, and hold a failover up for 2 s.
        if (client.manuallyClosing === true) return;
        owner.clock.schedule(() => stream?.destroy(), drainMs);
      }),
      () => client.off("end", onEnd),
    ];
  }

  /** The server that it is or was connected to; before the first, what the sentinels call it. */
  get address(): string {
    const { host, port } = this.#endpoint ?? {};
    return host === undefined ? (this.#options.name ?? "sentinel") : `${host}:${port}`;
  }

  get endpoint(): Endpoint | undefined {
    return this.#endpoint;
  }

  connected(): void {
    const { remoteAddress, remotePort } = (this.#client.stream ?? {}) as {
      remoteAddress?: string;
      remotePort?: number;
    };
    if (remoteAddress === undefined || remotePort === undefined) return;
    this.#endpoint = { host: remoteAddress, port: remotePort };
  }

  release(): void {
    for (const undo of this.#restore) undo();
  }

  #takeOver(): object {
    const options = this.#options;
    const { sentinelRetryStrategy = null, sentinelCommandTimeout, connectTimeout } = options;
    const { failoverDetector = false } = options;
    const owner = this.#owner;
    // The connector has the same object, and reads it anew each time.
    options.sentinelRetryStrategy = function (this: unknown, attempts) {
      if (this !== options) return sentinelRetryStrategy?.call(this as never, attempts);
      return owner.down(new Error("All sentinels are unreachable."));
    };
    options.sentinelCommandTimeout = Math.min(sentinelCommandTimeout ?? sentinelMs, sentinelMs);
    options.connectTimeout = Math.min(connectTimeout ?? connectMs, connectMs);
    // A primary that has been replaced takes writes until the sentinels reach it, and they are lost.
    options.failoverDetector = true;
    return { sentinelRetryStrategy, sentinelCommandTimeout, connectTimeout, failoverDetector };
  }
}

/**
 * Each attempt asks the sentinel after the last one that was asked, and behind the end it says that all
 * of them are unreachable, although the last one has answered.
 */
function startOver({ sentinelIterator: iterator }: Connector): void {
  const count = iterator?.sentinels?.length ?? Number.POSITIVE_INFINITY;
  if ((iterator?.cursor ?? 0) >= count) iterator?.reset(false);
}
