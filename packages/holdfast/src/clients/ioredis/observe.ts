import { spelled } from "../call.ts";
import { hook } from "../hook.ts";
import type { Observed, Witness } from "../witness.ts";
import { witnessConnection } from "../witness.ts";
import { isMade } from "./calls.ts";
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
      const isWatched = Object.hasOwn(command, watchedMark) || isHandshake(target, command);
      let seen: Observed | undefined;
      if (!isWatched && isMade(command)) {
        const { resolve, reject } = command;
        const begun = witness.began(spelled(command.name), command.args, 0);
        seen = begun;
        hook(command, watchedMark, true);
        command.resolve = (value) => {
          begun.succeeded();
          return resolve.call(command, value);
        };
        command.reject = (error) => {
          begun.failed(error);
          reject.call(command, error);
        };
      }
      try {
        return sendCommand.call(this, command, stream, node);
      } catch (error) {
        // The client cannot write it, and holds nothing.
        seen?.failed(error);
        throw error;
      }
    } satisfies IoredisClient["sendCommand"]),
    witnessConnection(target, () => target.status === "ready", witness),
  ];
  return () => {
    for (const undo of restore) undo();
  };
}

const watchedMark = "holdfastWatched";
