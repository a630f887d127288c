/**
 * What a drill found. The members up to `passed` are a public contract (`--json`); `timeline` and
 * what hangs on it is for the report and may grow.
 */
export interface DrillResult {
  readonly seed: number;
  readonly environment: DrillEnvironment;
  /** The client that the variants used, `node-redis` or `ioredis`. */
  readonly client: string;
  readonly variants: readonly VariantResult[];
  /** Whether every fault of the judged variant was injected and met its bars. */
  readonly passed: boolean;
  /** One sentence that says what the numbers mean. */
  readonly summary: string;
  /** The command line that runs this drill again with the same seed. */
  readonly replay: string;
}

export interface DrillEnvironment {
  readonly node: string;
  readonly redis: string;
  readonly platform: string;
  readonly cpus: number;
  /** Requests per second that every variant got. */
  readonly rate: number;
  readonly quick: boolean;
  readonly startedAt: string;
  readonly durationMs: number;
  /** What the drill's own proxy adds to a command, median and p99, in milliseconds. */
  readonly proxyOverhead: { readonly p50Ms: number; readonly p99Ms: number } | null;
}

export interface VariantResult {
  readonly name: string;
  /** What it is, in a few words of the variants file; null when the file says nothing. */
  readonly description: string | null;
  /** The variant that this one is a footnote to; it is shown below the table. */
  readonly footnoteOf: string | null;
  /** Whether `passed` and the exit code depend on it. */
  readonly judged: boolean;
  readonly faults: readonly FaultResult[];
}

export type FaultStatus = "ok" | "invalid" | "skipped";

export interface FaultResult {
  readonly id: string;
  /** The fault's own `title` and `standsFor`: a report must be readable without this code. */
  readonly title: string;
  readonly standsFor: string;
  /** What the independent probe saw after the injection; null when there was no injection. */
  readonly observed: string | null;
  /** `invalid`: the fault was not seen by the probe, or the load generator lagged. */
  readonly status: FaultStatus;
  /** Why it is invalid or skipped. */
  readonly reason: string | null;
  readonly baseline: { readonly p50Ms: number; readonly p99Ms: number };
  /** Requests in the fault's window, and those of them that succeeded, as a fraction. */
  readonly requests: number;
  readonly availability: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** From the injection to the breaker's opening; null where there is no breaker or it did not open. */
  readonly detectMs: number | null;
  /** From the restoration until requests succeed and Redis is used again; null if not in the window. */
  readonly recoverMs: number | null;
  readonly primary: {
    readonly limit: number;
    readonly peak: number;
    readonly refused: number;
  };
  /** Null where the drill's load does not count it. */
  readonly invariants: {
    readonly lost: number | null;
    readonly duplicated: number | null;
    readonly crossed: number | null;
    readonly stale: number | null;
  };
  /** Times that the API's process ended by itself and was started again; left out when none. */
  readonly restarts?: number;
  /** The bars that were missed, in words; empty when all were met. */
  readonly breaches: readonly string[];
  readonly timeline: FaultTimeline;
}

/** Times are milliseconds from the start of the warm-up. */
export interface FaultTimeline {
  readonly durationMs: number;
  readonly fault: { readonly fromMs: number; readonly toMs: number };
  readonly bucketMs: number;
  /** One entry a bucket of `bucketMs`, by the request's intended start. */
  readonly buckets: readonly TimelineBucket[];
  /** The breaker's states in order; empty where the variant has none. */
  readonly breaker: readonly { readonly atMs: number; readonly state: string }[];
}

export interface TimelineBucket {
  readonly succeeded: number;
  readonly failed: number;
  /** Of all requests of the bucket, failed ones at the deadline; null in an empty bucket. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}
