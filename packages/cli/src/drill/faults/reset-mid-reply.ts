import { ConnectionLostError, RespConnection } from "../../testbed.ts";
import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { sightingOf } from "./probe.ts";

// Often enough that every second has several, seldom enough that a handshake gets through.
const PROBABILITY = 0.1;
// A fault that is there goes unseen in one of 10^13 verifications.
const PINGS_MAX = 300;
const WATCH_MS = 3_000;
const TIMEOUT_MS = 500;

/** One reply in ten is cut in the middle by an RST, and all that its connection carried is lost. */
export const resetMidReply: Fault = {
  id: "reset-mid-reply",
  title: "connections are reset inside a reply",
  standsFor: "a load balancer or a failover that resets connections",
  atBoot: false,
  stopsReplies: false,
  unsupported: () => null,
  inject: ({ proxy, seed = 1 }) => proxy.resetMidReply({ probability: PROBABILITY, seed }),
  async verify({ proxy }) {
    const until = performance.now() + WATCH_MS;
    let pings = 0;
    while (pings < PINGS_MAX && performance.now() < until) {
      const watched = await pingUntilLost(proxy.port, PINGS_MAX - pings, until);
      pings += watched.pings;
      if (watched.cut) return { injected: true, observed: `reply ${pings} was cut by a reset` };
      // Nobody answers at all: another fault, and no use to hammer at it.
      if (watched.pings === 0) break;
    }
    return { injected: false, observed: `none of ${pings} replies was cut by a reset` };
  },
  restore: heal,
};

interface Watched {
  readonly pings: number;
  /** Whether the connection was reset in the middle of a reply. */
  readonly cut: boolean;
}

/** Sends PINGs over one connection until it breaks, the limit is reached or the time is over. */
async function pingUntilLost(port: number, limit: number, until: number): Promise<Watched> {
  let connection: RespConnection | undefined;
  let pings = 0;
  try {
    connection = await RespConnection.connect({ port, timeoutMs: TIMEOUT_MS });
    while (pings < limit && performance.now() < until) {
      pings += 1;
      try {
        await connection.command("PING");
      } catch (error) {
        // A refusal for want of a password is a whole reply as well.
        if (sightingOf(error) !== "answered") throw error;
      }
    }
    return { pings, cut: false };
  } catch (error) {
    sightingOf(error);
    const lost = error instanceof ConnectionLostError ? error : undefined;
    return { pings, cut: lost?.midReply === true && lost.systemCode === "ECONNRESET" };
  } finally {
    connection?.destroy();
  }
}
