/**
 * How a request ended.
 *
 * - `ok`: 2xx with the right body in time.
 * - `status`: another status code.
 * - `timeout`: no whole answer by the deadline.
 * - `connection`: refused, reset or cut short.
 * - `wrong`: 2xx with a body that is not what it should be.
 * - `crossed`: 2xx with the body of another request.
 * - `overflow`: the generator had too many requests in flight to send it. Its own fault.
 */
export type Outcome = "ok" | "status" | "timeout" | "connection" | "wrong" | "crossed" | "overflow";

export interface Sample {
  /** The index of the target in the plan. */
  readonly target: number;
  /** In milliseconds from the start of the plan. */
  readonly intendedMs: number;
  /** When it ended, however it ended. */
  readonly endedMs: number;
  /** From the intended start; a request that failed counts as one that took until its deadline. */
  readonly latencyMs: number;
  /** How late the generator itself sent it. */
  readonly lagMs: number;
  readonly outcome: Outcome;
}
