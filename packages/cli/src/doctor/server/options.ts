import { usageError } from "../../failure.ts";
import type { OnProgress } from "../source.ts";

export interface ExamineOptions {
  /** Between the two INFO samples, in milliseconds, 0 to 600000. Default 2000. */
  readonly sampleMs?: number | undefined;
  /** For each connection and each command, in milliseconds, 10 to 60000. Default 2000. */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Turns the slow log on for commands from so many milliseconds, 1 to 60000. The only thing that
   * is ever changed on the server. Default: nothing is changed.
   */
  readonly enableSlowlogMs?: number | undefined;
  /** Further certificate authorities, PEM. Default: those that Node trusts. */
  readonly ca?: string | undefined;
  /** The client's certificate and key, PEM, where the server wants one. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** Limits of checks in place of the defaults, as `{ "mem.usage.warning": 70 }`. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
  /** Ends the examination: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Default of {@link ExamineOptions.sampleMs}. */
export const SAMPLE_MS = 2_000;
/** Default of {@link ExamineOptions.connectTimeoutMs}. */
export const CONNECT_TIMEOUT_MS = 2_000;

/** The options with their defaults. */
export interface Settings {
  readonly sampleMs: number;
  readonly timeoutMs: number;
  readonly enableSlowlogMs: number | undefined;
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly limits: Readonly<Record<string, number>>;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly now: () => number;
}

/** @throws CommandError with exit code 2 for a value that is out of its range. */
export function settingsOf(options: ExamineOptions): Settings {
  const { sampleMs = SAMPLE_MS, connectTimeoutMs = CONNECT_TIMEOUT_MS, enableSlowlogMs } = options;
  requireWithin("sampleMs", sampleMs, 0, 600_000);
  requireWithin("connectTimeoutMs", connectTimeoutMs, 10, 60_000);
  if (enableSlowlogMs !== undefined) requireWithin("enableSlowlogMs", enableSlowlogMs, 1, 60_000);
  return {
    sampleMs,
    timeoutMs: connectTimeoutMs,
    enableSlowlogMs,
    ca: options.ca,
    certificate: options.certificate,
    key: options.key,
    limits: options.limits ?? {},
    signal: options.signal ?? new AbortController().signal,
    onProgress: options.onProgress ?? (() => undefined),
    now: options.now ?? Date.now,
  };
}

function requireWithin(name: string, value: number, least: number, most: number): void {
  if (Number.isFinite(value) && value >= least && value <= most) return;
  throw usageError(`${name} is ${value}; it takes ${least} to ${most}`);
}
