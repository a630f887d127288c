import type { Adapter, AdapterHost } from "./adapter.ts";
import type { Witness } from "./witness.ts";

/**
 * What the guard gives to the adapter of a client that has several connections, to one server or to
 * many. It is itself the host of the client as a whole: commands are submitted to it, wait here while
 * nobody knows where to send them, and come back here (`enter`) when the node that they stood at left.
 */
export interface FleetHost extends AdapterHost {
  /** Nothing can be reached: until it can, no command waits for it. */
  trip(cause: Error): void;
  /** What becomes of the connection that is subscribed, where a client has one apart. */
  readonly subscriber: { up(): void; down(cause: Error): void };
  /**
   * Puts the client of one node under a guard of its own.
   *
   * @param role - `subscriber` for one that only subscribes: it is no node of its own in `health()`.
   */
  join<A extends Adapter>(hookNode: (host: AdapterHost) => A, role?: "subscriber"): Member<A>;
}

/** The client of one node, under its guard. */
export interface Member<A extends Adapter = Adapter> {
  readonly adapter: A;
  readonly host: AdapterHost;
  /** Commands are written to it now, and not refused. */
  readonly usable: boolean;
  /** The node has left: its guard ends, and with it what `health()` says of it. */
  leave(): void;
}

/** As {@link FleetHost}, for a guard that only observes. */
export interface WatchedFleet {
  /** @returns What ends the watch of a node that has left. */
  join(observe: (witness: Witness) => () => void): () => void;
}
