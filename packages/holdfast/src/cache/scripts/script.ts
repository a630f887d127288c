import { createHash } from "node:crypto";
import type { CommandSender } from "../../clients/index.ts";

/** A Lua script and the digest by which the server knows it. */
export interface Script {
  readonly source: string;
  readonly sha: string;
  readonly keys: number;
}

/** Makes a script whose first `keys` arguments are keys. */
export function script(keys: number, source: string): Script {
  return { keys, source, sha: createHash("sha1").update(source).digest("hex") };
}

/** Runs a script by its digest, and by its source where the server does not have it yet. */
export function runScript(
  send: CommandSender,
  { sha, keys, source }: Script,
  args: readonly string[],
): Promise<unknown> {
  const count = String(keys);
  return send(["EVALSHA", sha, count, ...args]).catch((error: unknown) => {
    if (!isNoScript(error)) throw error;
    return send(["EVAL", source, count, ...args]);
  });
}

function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}
