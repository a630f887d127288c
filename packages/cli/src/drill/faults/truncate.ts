import { ConnectionLostError, RespConnection } from "../../testbed.ts";
import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { inWords, sightingOf } from "./probe.ts";

// Room for a client's handshake. No multiple of a PONG's 7 bytes, so that the probe's last is cut.
const AFTER_BYTES = 2_000;
const PINGS = Math.ceil(AFTER_BYTES / 7);
const TIMEOUT_MS = 1_000;

/** Every connection ends in order after a while, in the middle of whatever it was saying. */
export const truncate: Fault = {
  id: "truncate",
  title: `connections end after ${AFTER_BYTES} bytes of replies`,
  standsFor: "a proxy with a limit, an idle timer that cuts replies",
  atBoot: false,
  stopsReplies: false,
  unsupported: () => null,
  inject: ({ proxy }) => proxy.truncate({ afterBytes: AFTER_BYTES }),
  async verify({ proxy }) {
    let connection: RespConnection | undefined;
    try {
      connection = await RespConnection.connect({ port: proxy.port, timeoutMs: TIMEOUT_MS });
      await sendPings(connection);
      return { injected: false, observed: `${PINGS} replies came whole` };
    } catch (error) {
      const orderly = error instanceof ConnectionLostError && error.systemCode === undefined;
      const cut = orderly && error.midReply;
      return {
        injected: cut,
        observed: cut ? "the connection ended inside a reply" : inWords(sightingOf(error)),
      };
    } finally {
      connection?.destroy();
    }
  },
  restore: heal,
};

/** All at once: one after the other, they would take long behind a slow connection. */
async function sendPings(connection: RespConnection): Promise<void> {
  await Promise.all(Array.from({ length: PINGS }, () => connection.command("PING")));
}
