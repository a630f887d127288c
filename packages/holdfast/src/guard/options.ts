import type { RulesOf } from "../core/index.ts";
import { HoldfastError, validateOptions } from "../core/index.ts";
import { durationMs, nested, oneOf, recordOf, text } from "../core/rules.ts";
import type {
  BackoffSettings,
  BreakerSettings,
  PolicyOptions,
  PolicySettings,
} from "../policy/index.ts";
import { Backoff, breakerRules, policyRules, resolvePolicyOptions } from "../policy/index.ts";
import * as defaults from "./defaults.ts";
import type { CommandOverrides, CustomClassify } from "./judge.ts";

/**
 * - `protect`: the whole guard.
 * - `observe`: counts, and says what it would have done; changes nothing.
 * - `off`: the client is left alone.
 */
export type GuardMode = "protect" | "observe" | "off";

/**
 * The options of a policy, with the guard's own defaults (see {@link PolicyOptions} for ranges), and
 * a few more. Parts that are left out have defaults here, they are not off.
 *
 * | option | default |
 * |---|---|
 * | `attemptTimeoutMs` | 100 |
 * | `deadlineMs` | 1000 |
 * | `retry.attempts`, `.baseMs`, `.capMs`, `.budget` | 3, 25, 250, a fifth of the commands + 3 |
 * | `breaker.consecutive` | 3 time-outs or connection losses |
 * | `breaker.failureRate`, `.minCalls`, `.windowMs` | 0.5 of at least 20 calls in 10 s |
 * | `breaker.openMs`, `.openCapMs` | 100, 500; neither may be more than 500 |
 * | `breaker.probeTimeoutMs` | `attemptTimeoutMs` |
 * | `maxInFlight` | 1000 |
 * | `maxQueue`, `maxQueueMs` | 100, the deadline |
 */
export interface ProtectOptions extends PolicyOptions<unknown> {
  /** Names the guard in events, health and metrics. Default `redis`. */
  readonly name?: string | undefined;
  /** Default `HOLDFAST_MODE` of the environment, or `protect`. `HOLDFAST_MODE=off` always wins. */
  readonly mode?: GuardMode | undefined;
  /** What commands do when they are repeated, by name, where the built-in table is wrong for you. */
  readonly commands?: CommandOverrides | undefined;
  /** What a client that cannot be hooked does to the boot. Default `throw`. */
  readonly onUnsupported?: "throw" | "pass-through" | undefined;
}

/** Every option given or filled in. */
export interface GuardSettings {
  readonly policy: PolicySettings;
  readonly attempts: number;
  readonly maxInFlight: number;
  readonly maxQueue: number;
  /** Longest wait for a connection or a place, in milliseconds, within the deadline. */
  readonly maxQueueMs: number;
  /** By name in upper case. */
  readonly commands: CommandOverrides;
  /** Those of `commands` that are blocking. */
  readonly blockingNames: ReadonlySet<string>;
  readonly backoff: Backoff;
  /** The application's own, when it gave one. */
  readonly classify: CustomClassify | undefined;
  /** How the breaker is set; one that never trips when it was turned off. */
  readonly breaker: BreakerSettings;
}

const noPause: BackoffSettings = { baseMs: 0, capMs: 0, jitter: "none" };

const neverTrips: BreakerSettings = {
  failureRate: Number.POSITIVE_INFINITY,
  slowRate: Number.POSITIVE_INFINITY,
  slowMs: Number.POSITIVE_INFINITY,
  windowMs: 1_000,
  minCalls: Number.POSITIVE_INFINITY,
  consecutive: 0,
  openMs: defaults.defaultOpenMs,
  openCapMs: defaults.defaultOpenCapMs,
  probes: 1,
  probeTimeoutMs: defaults.defaultAttemptTimeoutMs,
  rampMs: 0,
};

const modes = ["protect", "observe", "off"] as const;

/** A longer pause would break the promise that recovery is noticed in half a second. */
const probePause = durationMs({ min: 1, max: defaults.defaultOpenCapMs });

const protectRules: RulesOf<ProtectOptions> = {
  ...policyRules,
  breaker: nested(
    { ...breakerRules, openMs: probePause, openCapMs: probePause },
    { orFalse: true },
  ),
  name: text(),
  mode: oneOf(...modes),
  commands: recordOf(oneOf("read", "absolute", "relative", "blocking")),
  onUnsupported: oneOf("throw", "pass-through"),
};

/** @throws HoldfastError `HOLDFAST_OPTIONS`. */
export function resolveProtectOptions(options: ProtectOptions): GuardSettings {
  validateOptions("protect", options, protectRules);
  const { name: _name, mode: _mode, commands = {}, onUnsupported: _unsupported, ...own } = options;
  const {
    attemptTimeoutMs = defaults.defaultAttemptTimeoutMs,
    maxInFlight = defaults.defaultMaxInFlight,
    maxQueue = defaults.defaultMaxQueue,
  } = own;
  const policy = resolvePolicyOptions("protect", {
    ...own,
    attemptTimeoutMs,
    maxInFlight,
    maxQueue,
    deadlineMs: own.deadlineMs ?? defaults.defaultDeadlineMs,
    retry: own.retry === false ? { attempts: 1 } : withRetryDefaults(own.retry ?? {}),
    breaker:
      own.breaker === false ? false : withBreakerDefaults(own.breaker ?? {}, attemptTimeoutMs),
  });
  const overrides = upperCased(commands);
  return {
    policy,
    attempts: policy.retry?.attempts ?? 1,
    maxInFlight,
    maxQueue,
    maxQueueMs: own.maxQueueMs ?? Number.POSITIVE_INFINITY,
    commands: overrides,
    blockingNames: new Set(Object.keys(overrides).filter((name) => overrides[name] === "blocking")),
    backoff: new Backoff(policy.retry?.backoff ?? noPause, policy.random),
    classify: own.classify,
    breaker: policy.breaker ?? neverTrips,
  };
}

/** @throws HoldfastError `HOLDFAST_OPTIONS` when `HOLDFAST_MODE` is none of the modes. */
export function resolveMode(
  option: GuardMode | undefined,
  environment: NodeJS.ProcessEnv,
): GuardMode {
  const variable = environment.HOLDFAST_MODE;
  if (variable === undefined || variable === "") return option ?? "protect";
  const mode = modes.find((known) => known === variable);
  if (mode === undefined) {
    throw new HoldfastError(
      "HOLDFAST_OPTIONS",
      `HOLDFAST_MODE is ${JSON.stringify(variable)}, expected ${modes.join(", ")} or nothing`,
    );
  }
  // The environment is for the person on call, and turns down only: what the application chose to
  // observe, or to leave alone, is not interfered with from outside.
  return modes[Math.max(modes.indexOf(mode), modes.indexOf(option ?? "protect"))] ?? "off";
}

function withRetryDefaults(retry: Exclude<ProtectOptions["retry"], false | undefined>) {
  const baseMs = retry.baseMs ?? defaults.defaultRetryBaseMs;
  return {
    ...retry,
    attempts: retry.attempts ?? defaults.defaultAttempts,
    baseMs,
    capMs: retry.capMs ?? Math.max(baseMs, defaults.defaultRetryCapMs),
  };
}

function withBreakerDefaults(
  breaker: Exclude<ProtectOptions["breaker"], false | undefined>,
  attemptTimeoutMs: number,
) {
  return {
    ...breaker,
    consecutive: breaker.consecutive ?? defaults.defaultConsecutive,
    openMs: breaker.openMs ?? defaults.defaultOpenMs,
    openCapMs: breaker.openCapMs ?? defaults.defaultOpenCapMs,
    probeTimeoutMs: breaker.probeTimeoutMs ?? attemptTimeoutMs,
  };
}

function upperCased(commands: CommandOverrides): CommandOverrides {
  const entries = Object.entries(commands);
  return Object.fromEntries(entries.map(([name, value]) => [name.toUpperCase(), value]));
}
