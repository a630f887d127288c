import { commandSender } from "../../clients/index.ts";
import { isHoldfastError } from "../../core/index.ts";
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
    onFailure: () => {
      counters.redisFailures++;
      publish(namespace, "l2-failure");
    },
    onChange,
    probe: async (send) => {
      const sentAt = clock.now();
      const [seconds, micros] = (await send(["TIME"])) as [string, string];
      serverClock.observe(Number(seconds) * 1_000 + Number(micros) / 1_000, sentAt);
    },
  });
}

/** Replies that are about one key or the script cache say nothing of Redis's health. */
function countsAsFailure(error: unknown): boolean {
  if (isHoldfastError(error) || !(error instanceof Error)) return true;
  return !/^(WRONGTYPE|NOSCRIPT|ERR Error running script|CROSSSLOT)/.test(error.message);
}
