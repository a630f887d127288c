import { type RedisServer, ReplyError, RespConnection } from "../../testbed.ts";
import type { Fault, FaultTarget, Verification } from "./fault.ts";
import { heal } from "./heal.ts";
import { needsOwnServer, ownServer } from "./own-server.ts";
import { inWords, SILENCE_MS, sightingOf } from "./probe.ts";

// A server that closes a connection together with its refusal may reset it before it is read.
const TRIES = 5;

/** A fault in which Redis is there and answers certain commands with an error. */
export interface Refusal {
  readonly id: string;
  readonly title: string;
  readonly standsFor: string;
  /** What the probe asks; by default, a write. */
  readonly probe?: readonly string[];
  /** What every such refusal begins with. */
  readonly reply: RegExp;
  begin(server: RedisServer): Promise<void>;
  /** Idempotent; the server is alive, and may have been restarted since. */
  end(server: RedisServer): Promise<void>;
}

// It is gone by itself when the write succeeds after all.
const WRITE = ["SET", "holdfast:drill:canary", "1", "PX", "1"];

/** Makes the fault: verified when the probe's command is refused in the fault's own words. */
export function refusal(options: Refusal): Fault {
  const { id, title, standsFor, probe = WRITE, reply, begin, end } = options;
  return {
    id,
    title,
    standsFor,
    atBoot: false,
    // There are replies, only not the wanted ones: nobody has to wait for a deadline.
    stopsReplies: false,
    unsupported: needsOwnServer,
    inject: (target) => begin(ownServer(target)),
    verify: (target) => verifyRefusal(target, probe, reply),
    async restore(target) {
      // First, because a server that died meanwhile has to be there to be asked.
      await heal(target);
      if (target.server !== null) await end(target.server);
    },
  };
}

async function verifyRefusal(
  { proxy }: FaultTarget,
  probe: readonly string[],
  reply: RegExp,
): Promise<Verification> {
  let answer = await ask(proxy.port, probe);
  for (let retry = 1; retry < TRIES && answer === inWords("reset"); retry++) {
    answer = await ask(proxy.port, probe);
  }
  return { injected: reply.test(answer), observed: `${probe[0]}: ${answer}` };
}

/** The reply, in words where it is none. */
async function ask(port: number, command: readonly string[]): Promise<string> {
  let connection: RespConnection | undefined;
  try {
    connection = await RespConnection.connect({ port, timeoutMs: SILENCE_MS });
    return String(await connection.command(...command));
  } catch (error) {
    return error instanceof ReplyError ? error.message : inWords(sightingOf(error));
  } finally {
    connection?.destroy();
  }
}
