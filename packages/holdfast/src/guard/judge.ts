import type { Call } from "../clients/index.ts";
import type { CommandClass } from "../commands/index.ts";
import { blockingTimeoutMs, commandClass } from "../commands/index.ts";
import type { Outcome } from "../core/index.ts";
import { isHoldfastError } from "../core/index.ts";
import type { Classification, SymptomId } from "../symptoms/index.ts";
import { classify } from "../symptoms/index.ts";

/** The class of a command as an application may give it, where ours is wrong for it. */
export type CommandOverride = "read" | "absolute" | "relative" | "blocking";

export type CommandOverrides = Readonly<Record<string, CommandOverride>>;

/** What a failure means for the call that had it. */
export interface Judgement {
  readonly symptom: SymptomId | undefined;
  readonly outcome: Outcome;
  readonly retryable: boolean;
  /** Whether the breaker counts it. */
  readonly countsAsFailure: boolean;
  /** The connection went: the breaker has counted that once, for all that were on it. */
  readonly connectionLost: boolean;
  /** The server answered: the application gets its error object as it is. */
  readonly replied: boolean;
  /** How long the other side asked to wait, in milliseconds. */
  readonly delayMs: number | undefined;
}

/** A classification that an application may make itself. */
export type CustomClassify = (error: unknown) => {
  readonly retryable: boolean;
  readonly countsAsFailure: boolean;
  readonly delayMs?: number | undefined;
};

export function judge(error: unknown, custom: CustomClassify | undefined): Judgement {
  // Only the loss of a connection comes from an adapter as an error of ours.
  const connectionLost = isHoldfastError(error);
  const known: Classification = classify(connectionLost ? error.cause : error);
  const own = custom?.(connectionLost ? error.cause : error);
  return {
    symptom: known.symptom,
    outcome: connectionLost ? error.outcome : known.outcome,
    retryable: own?.retryable ?? (connectionLost || known.retryable),
    countsAsFailure: own?.countsAsFailure ?? known.countsAsFailure,
    connectionLost,
    replied: known.source === "reply" && !connectionLost,
    delayMs: own?.delayMs,
  };
}

export function classOf(call: Call, overrides: CommandOverrides): CommandClass {
  if (call.args === undefined) return call.idempotent === true ? "absolute" : "relative";
  // Clients differ in how they spell a name; the overrides are in upper case.
  const name = call.name.toUpperCase();
  const own = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
  return own ?? commandClass(call.name, call.args, call.argsFrom);
}

/** Whether it does no harm that the server runs it once more. */
export function isReplayable(call: Call, overrides: CommandOverrides): boolean {
  if (!call.repeatable) return false;
  const commandClass = classOf(call, overrides);
  return commandClass === "read" || commandClass === "absolute";
}

/**
 * How long the server may rightly keep a command waiting, in milliseconds: `Infinity` for one that
 * waits for something to happen, undefined for one that does not block.
 */
export function ownTimeoutMs(
  call: Call,
  args: readonly unknown[],
  { blockingNames }: { readonly blockingNames: ReadonlySet<string> },
): number | undefined {
  const ownMs = blockingTimeoutMs(call.name, args, call.argsFrom);
  if (ownMs !== undefined || blockingNames.size === 0) return ownMs;
  return blockingNames.has(call.name.toUpperCase()) ? Number.POSITIVE_INFINITY : undefined;
}
