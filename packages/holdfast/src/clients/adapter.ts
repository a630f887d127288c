import type { Clock } from "../core/index.ts";
import type { CallOwner } from "./call.ts";
import type { Link, LinkOwner } from "./link.ts";

/** What the guard gives to an adapter when it hooks a client. */
export interface AdapterHost extends CallOwner, LinkOwner {
  readonly clock: Clock;
  /** The longest that `connect()` takes, in milliseconds. */
  readonly connectMs: number;
  /** Guards a client that the application made from this one. */
  adopt(duplicate: object): void;
}

/** A hooked client. */
export interface Adapter {
  readonly link: Link;
  /** Takes the hooks out: the client is on its own again. */
  release(): void;
}
