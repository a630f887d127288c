import { createHash } from "node:crypto";
import type { CommandSender } from "../../clients/index.ts";

/** A Lua script and the digest by which the server knows it. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

export function script(source: string): Script {
  return { source, sha: createHash("sha1").update(source).digest("hex") };
}

/** Runs scripts: by source the first time on each connection, then by digest. */
export class ScriptRunner {
  readonly #send: CommandSender;
  readonly #known = new Set<string>();

  constructor(send: CommandSender) {
    this.#send = send;
  }

  /**
   * The server may be another one, or have restarted. It is given the sources again right away,
   * rather than asked for digests that it cannot know: whoever waits has a time-out of milliseconds.
   */
  forget(): void {
    this.#known.clear();
  }

  /** @param send - Another way to send than the usual one. */
  async run(
    { sha, source }: Script,
    keys: readonly string[],
    args: readonly string[],
    send: CommandSender = this.#send,
  ): Promise<unknown> {
    const count = String(keys.length);
    if (this.#known.has(sha)) {
      try {
        return await send(["EVALSHA", sha, count, ...keys, ...args]);
      } catch (error) {
        if (!isNoScript(error)) throw error;
      }
    }
    const reply = await send(["EVAL", source, count, ...keys, ...args]);
    this.#known.add(sha);
    return reply;
  }
}

function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}
