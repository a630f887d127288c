import type { Clock } from "../core/index.ts";
import type { CircuitBreaker } from "../policy/index.ts";

/** One node, as the guard shows it: protected or only watched. */
export interface NodeView {
  readonly address: string;
  readonly clock: Clock;
  readonly breaker: CircuitBreaker;
  readonly connected: boolean;
  /** Commands that the client holds. */
  readonly inFlight: number;
  /** Commands that wait in the guard. */
  readonly waiting: number;
  /** Commands are written now, and not refused. */
  readonly usable: boolean;
  /** Its timers stop; the client is not touched. */
  dispose(): void;
}
