import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { RedisServer } from "../../testbed.ts";
import type { Fault } from "./fault.ts";
import { changeSetting, restoreSettings } from "./own-server.ts";
import { refusal } from "./refusal.ts";

const FILE = "holdfast-drill.rdb";
const SAVE_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/** Snapshots fail, and Redis refuses writes that it could not keep. */
export const misconf: Fault = refusal({
  id: "misconf",
  title: "snapshots fail (MISCONF)",
  standsFor: "a full disk",
  reply: /^MISCONF /,
  async begin(server) {
    await changeSetting(server, "dbfilename", FILE);
    // A folder stands where the snapshot belongs: the same error as a full disk, without filling one.
    await mkdir(await obstacle(server), { recursive: true });
    await changeSetting(server, "stop-writes-on-bgsave-error", "yes");
    await changeSetting(server, "save", "1000000 1");
    await server.command("BGSAVE");
    const until = performance.now() + SAVE_TIMEOUT_MS;
    while (!(await hasFailed(server)) && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  },
  async end(server) {
    await rm(await obstacle(server), { recursive: true, force: true });
    await restoreSettings(server);
  },
});

async function obstacle(server: RedisServer): Promise<string> {
  const reply = await server.command("CONFIG", "GET", "dir");
  return join(Array.isArray(reply) ? String(reply[1]) : server.directory, FILE);
}

async function hasFailed(server: RedisServer): Promise<boolean> {
  const info = String(await server.command("INFO", "persistence"));
  return /^rdb_last_bgsave_status:err/m.test(info);
}
