import { ConnectionLostError, type RedisServer, RespConnection } from "../../testbed.ts";
import type { Fault } from "./fault.ts";
import { heal } from "./heal.ts";
import { needsOwnServer, ownServer } from "./own-server.ts";
import { inWords, sightingOf } from "./probe.ts";

const PROBABILITY = 0.1;
// A fault that is there goes unseen in one of 10^13 verifications.
const WRITES_MAX = 300;
const WATCH_MS = 3_000;
const TIMEOUT_MS = 500;
const COUNTER = "holdfast:drill:counter";

/** Redis executes the command, and the connection ends before the reply: a retry does it twice. */
export const replyLost: Fault = {
  id: "reply-lost",
  title: "commands are executed and their replies lost",
  standsFor: "a charge that is made twice",
  atBoot: false,
  stopsReplies: false,
  unsupported: needsOwnServer,
  async inject(target) {
    ownServer(target);
    await target.proxy.dropReplies({ probability: PROBABILITY, seed: target.seed ?? 1 });
  },
  async verify({ server, proxy }) {
    if (server === null) return { injected: false, observed: "no server to compare with" };
    try {
      await server.command("DEL", COUNTER);
      const { acknowledged, lost } = await countAcknowledged(proxy.port);
      const executed = Number(await server.command("GET", COUNTER));
      return {
        injected: lost && executed > acknowledged,
        observed: `${executed} writes were executed and ${acknowledged} acknowledged`,
      };
    } catch (error) {
      return { injected: false, observed: inWords(sightingOf(error)) };
    } finally {
      await forget(server);
    }
  },
  restore: heal,
};

/** Counts up until a whole reply is lost. */
async function countAcknowledged(
  port: number,
): Promise<{ readonly acknowledged: number; readonly lost: boolean }> {
  const until = performance.now() + WATCH_MS;
  const connection = await RespConnection.connect({ port, timeoutMs: TIMEOUT_MS });
  let acknowledged = 0;
  try {
    while (acknowledged < WRITES_MAX && performance.now() < until) {
      await connection.command("INCR", COUNTER);
      acknowledged += 1;
    }
    return { acknowledged, lost: false };
  } catch (error) {
    return { acknowledged, lost: error instanceof ConnectionLostError && !error.midReply };
  } finally {
    connection.destroy();
  }
}

async function forget(server: RedisServer): Promise<void> {
  if (server.alive && !server.frozen) await server.command("DEL", COUNTER).catch(() => {});
}
