import { RespConnection } from "../../testbed.ts";
import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { inWords, sightingOf } from "./probe.ts";

const DELAY_MS = 150;
const JITTER_MS = 50;
// Below the smallest delay by more than a timer is ever early, and far above a reply without it.
const SLOW_MS = 90;
const PINGS = 3;
const TIMEOUT_MS = 1_000;

/** Every reply comes 100 to 200 ms late: no errors, only slowness. */
export const latency: Fault = {
  id: "latency",
  title: `replies come ${DELAY_MS} ± ${JITTER_MS} ms late`,
  standsFor: "a slow node, a congested network, a noisy neighbour",
  atBoot: false,
  stopsReplies: false,
  unsupported: () => null,
  inject: ({ proxy, seed = 1 }) => proxy.latency({ ms: DELAY_MS, jitterMs: JITTER_MS, seed }),
  async verify({ proxy }) {
    try {
      const taken = await timePings(proxy.port);
      return {
        // All of them: on a busy machine any single one may be slow without the fault.
        injected: taken.every((ms) => ms >= SLOW_MS),
        observed: `PING took ${taken.map((ms) => Math.round(ms)).join(", ")} ms`,
      };
    } catch (error) {
      return { injected: false, observed: inWords(sightingOf(error)) };
    }
  },
  restore: heal,
};

async function timePings(port: number): Promise<number[]> {
  const connection = await RespConnection.connect({ port, timeoutMs: TIMEOUT_MS });
  const taken: number[] = [];
  try {
    for (let ping = 0; ping < PINGS; ping++) {
      const sentAt = performance.now();
      try {
        await connection.command("PING");
      } catch (error) {
        // A refusal for want of a password is as late as any other reply.
        if (sightingOf(error) !== "answered") throw error;
      }
      taken.push(performance.now() - sentAt);
    }
    return taken;
  } finally {
    connection.destroy();
  }
}
