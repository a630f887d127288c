import type { RedisServer, RespConnection } from "../../testbed.ts";
import type { Fault } from "./fault.ts";
import { refusal } from "./refusal.ts";

/** The one connection that is let in: the way to end the fault. */
const doors = new WeakMap<
  RedisServer,
  { readonly connection: RespConnection; readonly before: string }
>();

/** No connection is left: those that stood are ended, and new ones are refused by a reply. */
export const maxclients: Fault = refusal({
  id: "maxclients",
  title: "Redis takes no more connections (maxclients)",
  standsFor: "a connection leak, a storm of reconnecting clients",
  probe: ["PING"],
  reply: /max number of clients/,
  async begin(server) {
    // It has to outlast the fault.
    const connection = await server.connect({ timeoutMs: 3_600_000 });
    const reply = await connection.command("CONFIG", "GET", "maxclients");
    doors.set(server, { connection, before: Array.isArray(reply) ? String(reply[1]) : "10000" });
    await connection.command("CONFIG", "SET", "maxclients", 1);
    await connection.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  },
  async end(server) {
    const door = doors.get(server);
    doors.delete(server);
    if (door === undefined) return;
    try {
      await door.connection.command("CONFIG", "SET", "maxclients", door.before);
    } catch {
      // The connection was lost, and with it the only way in.
      await server.restart();
    } finally {
      door.connection.destroy();
    }
  },
});
