import type { Call } from "../clients/index.ts";
import type { BreakerState } from "../core/index.ts";

/** What a node tells about itself. Heard by the guard, which counts and publishes. */
export interface NodeObserver {
  /** An attempt begins. The address is asked for only where somebody listens: it costs a string. */
  sent(node: { readonly address: string }, call: Call): void;
  /** An attempt failed and another follows after `waitMs`. */
  retrying(node: string, call: Call, error: unknown, waitMs: number): void;
  /** An attempt failed: an error of the client's, or none in time. */
  failure(node: string, error: unknown): void;
  /** The application got an error. */
  rejected(node: string, call: Call, error: unknown): void;
  changed(node: string, from: BreakerState, to: BreakerState, cause: unknown): void;
  connected(node: string): void;
  disconnected(node: string, cause: Error): void;
  /** What was lost at one address comes back at another. */
  moved?(from: string, to: string): void;
  /** A silent connection is replaced. */
  recycled(node: string, cause: Error): void;
}
