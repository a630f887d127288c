import { RespConnection } from "../../testbed.ts";
import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { needsOwnServer, ownServer } from "./own-server.ts";
import { inWords, look, SILENCE_MS, sightingOf } from "./probe.ts";

// Far longer than any drill: the restoration ends it.
const PAUSE_MS = 3_600_000;

/** Writes stay unanswered while reads go on: an application that only reads notices nothing. */
export const pauseWrites: Fault = {
  id: "pause-writes",
  title: "writes stand still (CLIENT PAUSE WRITE)",
  standsFor: "the window of a planned failover",
  atBoot: false,
  // Only those to writes do.
  stopsReplies: false,
  unsupported: needsOwnServer,
  async inject(target) {
    await ownServer(target).command("CLIENT", "PAUSE", PAUSE_MS, "WRITE");
  },
  async verify({ proxy }) {
    const reading = await look(proxy.port);
    const writing = await write(proxy.port);
    return {
      injected: reading === "answered" && writing === "silent",
      observed: `${inWords(reading)}; for a write, ${writing}`,
    };
  },
  async restore(target) {
    await heal(target);
    await target.server?.command("CLIENT", "UNPAUSE");
  },
};

async function write(port: number): Promise<string> {
  let connection: RespConnection | undefined;
  try {
    connection = await RespConnection.connect({ port, timeoutMs: SILENCE_MS });
    await connection.command("SET", "holdfast:drill:canary", "1", "PX", 1);
    return "answered";
  } catch (error) {
    return sightingOf(error);
  } finally {
    connection?.destroy();
  }
}
