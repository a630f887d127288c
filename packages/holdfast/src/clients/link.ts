import type { HoldfastError } from "../core/index.ts";
import { refusal } from "../core/index.ts";
import { bareError } from "./bare-error.ts";

/** One connection of a client, as the guard drives it. */
export interface Link {
  /** `host:port`, or the path of a socket. */
  readonly address: string;
  /** The application wants it connected. When not, the client answers for itself. */
  readonly open: boolean;
  /** A command given to the client now is written at once. */
  readonly ready: boolean;
  /**
   * Bytes received so far, over all sockets; only differences mean anything. Undefined where the
   * client does not let it be seen.
   */
  readonly bytesRead: number | undefined;
  /** Tells the owner in what state the application left the client. Called once, before any use. */
  adopt(): void;
  /** A command waits: a client that connects lazily must begin. */
  wake(): void;
  /** Sends PING past the guard. */
  ping(): Promise<unknown>;
  /**
   * Asks the server for a sign of life on a connection of its own, where the present one is kept by
   * a blocking command; any byte is one. Rejects after `timeoutMs`.
   */
  probeApart(timeoutMs: number): Promise<unknown>;
  /** Tears the socket down, or the attempt to connect; the owner hears `down` with `cause`. */
  drop(cause: Error): void;
}

/** What the guard hears about a connection. */
export interface LinkOwner {
  /** An attempt to connect begins. */
  connecting(): void;
  /** Connected, handshake and all. */
  up(): void;
  /**
   * The connection was lost, or the attempt failed.
   *
   * @returns How long to pause before the next attempt, in milliseconds.
   */
  down(cause: Error): number;
  /** The application closed the client. */
  closed(): void;
}

/** What the client's commands are rejected with when their connection goes. */
export interface ConnectionLoss {
  /** For what was written: it may have run. */
  readonly written: HoldfastError;
  /** For what was not: it never will. */
  readonly unsent: HoldfastError;
}

export function connectionLoss(reason: Error): ConnectionLoss {
  const cause = bareError(reason);
  return {
    written: refusal("HOLDFAST_UNAVAILABLE", "the connection was lost before the reply came", {
      outcome: "unknown",
      cause,
    }),
    unsent: refusal("HOLDFAST_UNAVAILABLE", "the connection was lost before anything was sent", {
      outcome: "not-sent",
      cause,
    }),
  };
}
