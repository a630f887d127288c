import { randomBytes } from "node:crypto";
import { type RedisServer, ReplyError, RespConnection } from "../../testbed.ts";
import type { Fault } from "./fault.ts";
import { refusal } from "./refusal.ts";

const passwords = new WeakMap<RedisServer, string>();

/** The password has changed: connections that stand are ended, and new ones get nothing done. */
export const auth: Fault = refusal({
  id: "auth",
  title: "the password has changed (NOAUTH)",
  standsFor: "a credential that was rolled on one side only",
  probe: ["PING"],
  reply: /^NOAUTH /,
  async begin(server) {
    const password = randomBytes(16).toString("hex");
    const connection = await server.connect();
    try {
      passwords.set(server, password);
      await connection.command("CONFIG", "SET", "requirepass", password);
      await connection.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    } finally {
      connection.destroy();
    }
  },
  async end(server) {
    const password = passwords.get(server);
    passwords.delete(server);
    if (password === undefined || (await letsIn(server))) return;
    const connection = await RespConnection.connect({ port: server.port, password });
    try {
      await connection.command("CONFIG", "SET", "requirepass", "");
    } finally {
      connection.destroy();
    }
  },
});

/** A restart has brought the old password back. */
async function letsIn(server: RedisServer): Promise<boolean> {
  try {
    await server.command("PING");
    return true;
  } catch (error) {
    if (error instanceof ReplyError && error.prefix === "NOAUTH") return false;
    throw error;
  }
}
