import { commandSender } from "../../clients/index.ts";
import { isHoldfastError } from "../../core/index.ts";
import { type Guard, guardOf, protect } from "../../guard/index.ts";
import { classify } from "../../symptoms/index.ts";
import { publish } from "../events.ts";
import type { ResolvedOptions } from "../options.ts";
import type { Counters } from "../stats.ts";
import { Link } from "./link.ts";
import type { ServerClock } from "./server-clock.ts";

/** The way to the Redis of this client, with its failures counted and its clock read. */
export function createLink(
  client: object,
  parts: {
    readonly options: ResolvedOptions;
    readonly serverClock: ServerClock;
    readonly counters: Counters;
    readonly onChange: (available: boolean) => void;
  },
): Link {
  const { options, serverClock, counters, onChange } = parts;
  const { clock, random, redisTimeoutMs, namespace } = options;
  return new Link({
    send: commandSender(client),
    timeoutMs: redisTimeoutMs,
    clock,
    random,
    countsAsFailure,
    onFailure: (error) => {
      const symptom = isHoldfastError(error) ? error.symptom : classify(error).symptom;
      // The script is sent in full then: nothing has failed.
      if (symptom === "noscript") return;
      counters.redisFailures++;
      publish(namespace, "l2-failure", symptom === undefined ? {} : { symptom });
    },
    onChange,
    probe: async (send) => {
      const sentAt = clock.now();
      const [seconds, micros] = (await send(["TIME"])) as [string, string];
      serverClock.observe(Number(seconds) * 1_000 + Number(micros) / 1_000, sentAt);
    },
  });
}

/**
 * The client's guard; a client that has none gets one with the defaults.
 *
 * Throws `HOLDFAST_CLIENT` for a client that cannot be guarded.
 */
export function guarded(client: object): Guard {
  try {
    return guardOf(client);
  } catch {
    return guardOf(protect(client));
  }
}

/** Whether it says that Redis, or the way to it, is unwell. A refusal of the guard's says so too. */
function countsAsFailure(error: unknown): boolean {
  return isHoldfastError(error) || classify(error).countsAsFailure;
}
