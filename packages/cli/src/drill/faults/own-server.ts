import type { RedisServer } from "../../testbed.ts";
import type { FaultTarget } from "./fault.ts";

/** The reason of every fault that changes how Redis itself is set up. */
export function needsOwnServer({ server }: FaultTarget): string | null {
  return server === null
    ? "the settings of a Redis that the drill did not start stay as they are"
    : null;
}

/** @throws Error when the target is not the drill's own: the caller did not ask `unsupported`. */
export function ownServer(target: FaultTarget): RedisServer {
  if (target.server === null) throw new Error(needsOwnServer(target) ?? "");
  return target.server;
}

const settingsBefore = new WeakMap<RedisServer, Map<string, string>>();

/** Changes a setting and remembers what it was, the first time. */
export async function changeSetting(
  server: RedisServer,
  name: string,
  value: string | number,
): Promise<void> {
  const before = settingsBefore.get(server) ?? new Map<string, string>();
  settingsBefore.set(server, before);
  if (!before.has(name)) {
    const reply = await server.command("CONFIG", "GET", name);
    before.set(name, Array.isArray(reply) ? String(reply[1]) : "");
  }
  await server.command("CONFIG", "SET", name, value);
}

/** Puts every setting back that was changed, in the reverse order. Idempotent. */
export async function restoreSettings(server: RedisServer): Promise<void> {
  const before = settingsBefore.get(server);
  for (const [name, value] of [...(before ?? [])].reverse()) {
    await server.command("CONFIG", "SET", name, value);
  }
  settingsBefore.delete(server);
}
