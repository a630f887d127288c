import { RespConnection } from "../../testbed.ts";
import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { inWords, sightingOf } from "./probe.ts";

const TIMEOUT_MS = 1_000;

/** Each command gets the value of the one before it: no error anywhere, and somebody else's data. */
export const swap: Fault = {
  id: "swap",
  title: "replies are shifted by one",
  standsFor: "a cancelled command whose reply stayed in the socket",
  atBoot: false,
  stopsReplies: false,
  unsupported: () => null,
  inject: ({ proxy }) => proxy.swapReplies(),
  async verify({ proxy }) {
    let connection: RespConnection | undefined;
    try {
      connection = await RespConnection.connect({ port: proxy.port, timeoutMs: TIMEOUT_MS });
      await connection.command("ECHO", "first");
      const reply = await connection.command("ECHO", "second");
      return { injected: reply === "first", observed: `to "second", the echo was "${reply}"` };
    } catch (error) {
      return { injected: false, observed: inWords(sightingOf(error)) };
    } finally {
      connection?.destroy();
    }
  },
  restore: heal,
};
