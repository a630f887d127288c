import type { RedisServer, RespConnection } from "../../testbed.ts";
import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { inWords, sightingOf } from "./probe.ts";

const CANARY = "holdfast:drill:canary";

/** The server's run before the fault, to compare with. */
const runsBefore = new WeakMap<RedisServer, string>();

/**
 * Redis dies and is back at once with no data: no errors to speak of, and every key is gone. An
 * application that fills Redis again does so within milliseconds, so the probe asks for a key of its
 * own that only the old run had, and not whether there are none at all.
 */
export const emptyRestart: Fault = {
  id: "empty-restart",
  title: "Redis restarts with no data",
  standsFor: "a restart without persistence, a migration, a FLUSHALL",
  atBoot: false,
  stopsReplies: false,
  unsupported: ({ server }) =>
    server === null ? "the data of a Redis that the drill did not start is never deleted" : null,
  async inject({ server, proxy }) {
    if (server === null) throw new Error("a Redis that the drill did not start is never restarted");
    runsBefore.set(server, runOf(await server.command("INFO", "server")));
    await server.command("SET", CANARY, "alive");
    const killed = server.kill();
    await proxy.down({ existing: "keep" });
    await killed;
    await server.restart({ empty: true });
    await proxy.up();
  },
  async verify({ server, proxy }) {
    if (server === null) return { injected: false, observed: "no server to restart" };
    let connection: RespConnection | undefined;
    try {
      connection = await server.connect({ port: proxy.port });
      const run = runOf(await connection.command("INFO", "server"));
      const restarted = runsBefore.has(server) && runsBefore.get(server) !== run;
      const gone = (await connection.command("EXISTS", CANARY)) === 0;
      return {
        injected: restarted && gone,
        observed:
          `it ${restarted ? "is another run of the server" : "was not restarted"}, ` +
          `the probe's key ${gone ? "is gone" : "is still there"}`,
      };
    } catch (error) {
      return { injected: false, observed: inWords(sightingOf(error)) };
    } finally {
      connection?.destroy();
    }
  },
  async restore(target) {
    await heal(target);
    if (target.server === null) return;
    runsBefore.delete(target.server);
    // It is still there when the injection failed half-way.
    await target.server.command("DEL", CANARY);
  },
};

function runOf(info: unknown): string {
  return /^run_id:(\w+)/m.exec(String(info))?.[1] ?? "";
}
