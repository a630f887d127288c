import type { RedisServer } from "../../testbed.ts";
import type { Fault } from "./fault.ts";
import { changeSetting, restoreSettings } from "./own-server.ts";
import { refusal } from "./refusal.ts";

// Nobody listens there, so that the replica never gets as far as deleting what it has.
const NO_PRIMARY_PORT = 1;

async function demote(server: RedisServer): Promise<void> {
  await server.command("REPLICAOF", "127.0.0.1", NO_PRIMARY_PORT);
}

async function promote(server: RedisServer): Promise<void> {
  await server.command("REPLICAOF", "NO", "ONE");
  await restoreSettings(server);
}

/** The server has become a replica: reads go on, writes are refused. */
export const readonly: Fault = refusal({
  id: "readonly",
  title: "Redis has become a replica (READONLY)",
  standsFor: "a failover behind the client's back",
  reply: /^READONLY /,
  begin: demote,
  end: promote,
});

/** A replica that has lost its primary and must not serve what it has: reads are refused too. */
export const masterdown: Fault = refusal({
  id: "masterdown",
  title: "a replica has lost its primary (MASTERDOWN)",
  standsFor: "a partition between replica and primary",
  probe: ["GET", "holdfast:drill:canary"],
  reply: /^MASTERDOWN /,
  async begin(server) {
    await changeSetting(server, "replica-serve-stale-data", "no");
    await demote(server);
  },
  end: promote,
});
