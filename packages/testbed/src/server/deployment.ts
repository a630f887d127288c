import { pause } from "../clock.ts";
import { TestbedError } from "../errors.ts";
import type { RedisServer } from "./redis-server.ts";

const POLL_MS = 25;

/**
 * Starts servers one after the other, each of which may need those before it; when one fails, all
 * are closed.
 */
export async function startAll(
  starts: readonly ((earlier: readonly RedisServer[]) => Promise<RedisServer>)[],
): Promise<RedisServer[]> {
  const servers: RedisServer[] = [];
  try {
    for (const start of starts) servers.push(await start(servers));
    return servers;
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
}

export async function closeAll(servers: readonly RedisServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}

/**
 * Asks again and again until the answer is yes. An error counts as "not yet".
 *
 * @throws TestbedError `REDIS_START` that says what was waited for, with the last error as its cause.
 */
export async function waitFor(
  what: string,
  timeoutMs: number,
  isSo: () => Promise<boolean>,
): Promise<void> {
  const until = performance.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      if (await isSo()) return;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await pause(POLL_MS);
  } while (performance.now() < until);
  throw new TestbedError("REDIS_START", `${what}: not in ${timeoutMs} ms`, { cause });
}

/** The value of one line of `INFO` or `CLUSTER INFO`; empty when there is none. */
export function infoField(info: unknown, field: string): string {
  return new RegExp(`^${field}:(.*?)\r?$`, "m").exec(String(info))?.[1] ?? "";
}
