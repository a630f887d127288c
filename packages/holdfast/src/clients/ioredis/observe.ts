import { hook } from "../hook.ts";
import type { Witness } from "../witness.ts";
import { witnessConnection } from "../witness.ts";
import { isHandshake } from "./link.ts";
import type { IoredisClient } from "./members.ts";
import { addressOf, ioredisTarget } from "./members.ts";

/**
 * Watches an ioredis or iovalkey client: the commands' own settling, and no promise.
 *
 * @returns What ends the watch.
 */
export function observeIoredis(client: object, witness: Witness): () => void {
  const target = ioredisTarget(client);
  witness.address = addressOf(target);
  const { sendCommand } = target;
  const restore = [
    hook(target, "sendCommand", function (this: IoredisClient, command, stream, node) {
      // The client gives a command here once more when it sends it again.
      if (!Object.hasOwn(command, watchedMark) && !isHandshake(target, command)) {
        const { resolve, reject } = command;
        const seen = witness.began(command.name, command.args, 0);
        hook(command, watchedMark, true);
        command.resolve = (value) => {
          seen.succeeded();
          return resolve.call(command, value);
        };
        command.reject = (error) => {
          seen.failed(error);
          reject.call(command, error);
        };
      }
      return sendCommand.call(this, command, stream, node);
    } satisfies IoredisClient["sendCommand"]),
    witnessConnection(target, () => target.status === "ready", witness),
  ];
  return () => {
    for (const undo of restore) undo();
  };
}

const watchedMark = "holdfastWatched";
