import { createHash } from "node:crypto";
import type { Call } from "../clients/index.ts";
import { isHoldfastError } from "../core/index.ts";
import type { CustomClassify } from "./judge.ts";
import { judge } from "./judge.ts";

/**
 * What SCRIPT LOAD would have replied, had it not failed with `error`: the SHA-1 of the script, which
 * takes no Redis to know. Libraries load a script once and keep the promise of its hash for good, so
 * that one rejection would disable them until the process is restarted (rate-limit-redis does). An
 * EVALSHA that then finds no script gets NOSCRIPT, as after every restart of a server, and its caller
 * loads it again.
 *
 * @returns Undefined for every other command, for a closed client, and where the server refused the
 * script itself.
 */
export function scriptHash(
  call: Call,
  error: unknown,
  classify: CustomClassify | undefined,
): string | undefined {
  if (call.args === undefined || call.name.toUpperCase() !== "SCRIPT") return undefined;
  const [action, script] = call.args.slice(call.argsFrom);
  if (String(action).toUpperCase() !== "LOAD") return undefined;
  if (typeof script !== "string" && !Buffer.isBuffer(script)) return undefined;
  const lasting = isHoldfastError(error)
    ? error.code === "HOLDFAST_CLOSED"
    : !judge(error, classify).retryable;
  return lasting ? undefined : createHash("sha1").update(script).digest("hex");
}
