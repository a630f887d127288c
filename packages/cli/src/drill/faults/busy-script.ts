import { type RedisServer, ReplyError, type RespConnection } from "../../testbed.ts";
import type { Fault } from "./fault.ts";
import { changeSetting, restoreSettings } from "./own-server.ts";
import { refusal } from "./refusal.ts";

// After this long a script counts as slow, and other commands get BUSY in place of waiting.
const THRESHOLD_MS = 5;
const CHANGE_TIMEOUT_MS = 5_000;

const scripts = new WeakMap<RedisServer, RespConnection>();

/** A script that never ends: everything else is refused until it is killed. */
export const busyScript: Fault = refusal({
  id: "busy-script",
  title: "a script runs for ever (BUSY)",
  standsFor: "a deployment with a script that loops",
  probe: ["PING"],
  reply: /^BUSY /,
  async begin(server) {
    await changeSetting(server, "lua-time-limit", THRESHOLD_MS);
    const connection = await server.connect({ timeoutMs: 3_600_000 });
    scripts.set(server, connection);
    connection.command("EVAL", "while true do end", 0).catch(() => {});
    await waitUntilBusy(server, true);
  },
  async end(server) {
    if (await isBusy(server)) {
      await server.command("SCRIPT", "KILL");
      await waitUntilBusy(server, false);
    }
    scripts.get(server)?.destroy();
    scripts.delete(server);
    await restoreSettings(server);
  },
});

/** The reply to SCRIPT KILL comes before the script has ended, as BUSY comes after it has begun. */
async function waitUntilBusy(server: RedisServer, busy: boolean): Promise<void> {
  const until = performance.now() + CHANGE_TIMEOUT_MS;
  while ((await isBusy(server)) !== busy && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, THRESHOLD_MS));
  }
}

async function isBusy(server: RedisServer): Promise<boolean> {
  try {
    await server.command("PING");
    return false;
  } catch (error) {
    return error instanceof ReplyError && error.prefix === "BUSY";
  }
}
