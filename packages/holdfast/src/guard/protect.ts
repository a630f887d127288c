import { isDeepStrictEqual } from "node:util";
import type { ClientKind } from "../clients/index.ts";
import {
  adviceFor,
  clientKind,
  hookIoredis,
  hookNodeRedis,
  observeIoredis,
  observeNodeRedis,
  packageOf,
} from "../clients/index.ts";
import { HoldfastError, isHoldfastError } from "../core/index.ts";
import { CallbackGuard } from "../policy/index.ts";
import { GuardListeners } from "./events.ts";
import type { Guard } from "./guard.ts";
import { ClientGuard } from "./guard.ts";
import { fleetAdapterFor, guardFleet } from "./guard-fleet.ts";
import { NodeGuard } from "./node-guard.ts";
import { NodeWatch } from "./node-watch.ts";
import type { GuardMode, GuardSettings, ProtectOptions } from "./options.ts";
import { resolveMode, resolveProtectOptions } from "./options.ts";
import { GuardRecord } from "./record.ts";

interface Registration {
  readonly guard: Guard;
  readonly options: ProtectOptions;
}

/** Guards by the object that the client's own methods see, so that every view finds its guard. */
const registrations = new WeakMap<object, Registration>();

/**
 * Guards a Redis client: the same object comes back, and from now on every command of it has a
 * deadline, is retried only where that does no harm, and is refused at once while Redis is unwell.
 * The guard also reconnects, and keeps a process without an 'error' listener alive.
 *
 * @throws HoldfastError `HOLDFAST_OPTIONS` for a bad option, or for other options than the client
 * was guarded with; `HOLDFAST_CLIENT` for a client that cannot be guarded, unless `onUnsupported` is
 * `pass-through`.
 */
export function protect<T extends object>(client: T, options: ProtectOptions = {}): T {
  const settings = resolveProtectOptions(options);
  const mode = resolveMode(options.mode, process.env);
  const target = targetOf(client);
  const registered = registrations.get(target);
  if (registered !== undefined) {
    if (!sameOptions(registered.options, options)) {
      throw new HoldfastError(
        "HOLDFAST_OPTIONS",
        "protect: the client is guarded already, with other options; call protect() once for a client",
      );
    }
    return client;
  }
  try {
    const forget = () => registrations.delete(target);
    const guard = hookClient(client, { options, settings, mode, forget });
    registrations.set(target, { guard, options });
  } catch (error) {
    const unsupported = isHoldfastError(error) && error.code === "HOLDFAST_CLIENT";
    if (!unsupported || options.onUnsupported !== "pass-through") throw error;
    process.emitWarning(error.message, { type: "HoldfastWarning", code: error.code });
  }
  return client;
}

/**
 * The guard of a client, a view of it, or what `protect()` gave.
 *
 * @throws HoldfastError `HOLDFAST_CLIENT` when it is not guarded.
 */
export function guardOf(client: object): Guard {
  const registered = registrations.get(targetOf(client));
  if (registered === undefined) {
    throw new HoldfastError(
      "HOLDFAST_CLIENT",
      "guardOf: the client is not guarded; call protect() first",
    );
  }
  return registered.guard;
}

interface Hooking {
  readonly options: ProtectOptions;
  readonly settings: GuardSettings;
  readonly mode: GuardMode;
  /** The guard was closed: the client may be guarded anew. */
  readonly forget: () => void;
}

function hookClient(client: object, { options, settings, mode, forget }: Hooking): Guard {
  const { clock, onEvent, deadlineMs } = settings.policy;
  const warnings = new CallbackGuard("protect");
  const warn = (event: string, error: unknown) => warnings.warn(`listener of ${event}`, error);
  const listeners = new GuardListeners(warn);
  const name = options.name ?? "redis";
  const record = new GuardRecord(name, clock, listeners, onEvent);
  const shared = {
    name,
    mode,
    record,
    listeners,
    deadlineMs,
    advice: [],
    forget,
    wouldHave: undefined,
  };
  if (mode === "off") return new ClientGuard({ ...shared, nodes: () => [], release: () => {} });
  const kind = requireKnown(client);
  const isIoredis = kind.library === "ioredis";
  const advice = adviceFor(kind.library, client);
  const adopt = (duplicate: object) => protect(duplicate, options);
  const fleet = fleetAdapterFor(kind);
  if (fleet !== undefined) {
    const parts = guardFleet(client, fleet, mode, settings, record, adopt);
    return new ClientGuard({ ...shared, ...parts, advice });
  }
  if (mode === "observe") {
    const watch = new NodeWatch(settings, record);
    const observe = isIoredis ? observeIoredis : observeNodeRedis;
    const release = observe(client, watch);
    return new ClientGuard({
      ...shared,
      nodes: () => [watch],
      release,
      advice,
      wouldHave: watch.wouldHave,
    });
  }
  const node = new NodeGuard(settings, record, adopt);
  const { link, release } = (isIoredis ? hookIoredis : hookNodeRedis)(client, node);
  node.attach(link);
  return new ClientGuard({ ...shared, nodes: () => [node], release, advice });
}

/** @throws HoldfastError `HOLDFAST_CLIENT`. */
function requireKnown(client: object): ClientKind {
  const kind = clientKind(client);
  if (kind?.topology === "single") return kind;
  // To ioredis, one connection that sentinels say where to make.
  if (kind?.library === "ioredis" && kind.topology === "sentinel") return kind;
  if (kind !== undefined && fleetAdapterFor(kind) !== undefined) return kind;
  const what = kind === undefined ? unknownKind(client) : `a ${kind.library} ${kind.topology}`;
  throw new HoldfastError(
    "HOLDFAST_CLIENT",
    `protect: client is ${what}, expected a client of node-redis 5 or 6, or of ioredis 5 or 6`,
  );
}

function unknownKind(client: object): string {
  const origin = packageOf(client);
  return `not a known Redis client${origin === undefined ? "" : ` (it comes from ${origin})`}`;
}

function targetOf(client: object): object {
  if (typeof client !== "object" || client === null) {
    throw new HoldfastError(
      "HOLDFAST_CLIENT",
      `client is ${typeof client}, expected a Redis client`,
    );
  }
  const self: unknown = Reflect.get(client, "_self");
  return typeof self === "object" && self !== null ? self : client;
}

function sameOptions(one: ProtectOptions, other: ProtectOptions): boolean {
  return one === other || isDeepStrictEqual(one, other);
}
