import { spelled } from "../call.ts";
import { hook } from "../hook.ts";
import type { Observed, Witness } from "../witness.ts";
import { witnessConnection } from "../witness.ts";
import type { NodeRedisClient } from "./members.ts";
import { addressOf, nodeRedisTarget } from "./members.ts";

/**
 * Watches a node-redis client.
 *
 * @returns What ends the watch.
 */
export function observeNodeRedis(client: object, witness: Witness): () => void {
  const target = nodeRedisTarget(client);
  witness.address = addressOf(target);
  const { sendCommand, _executeMulti: multi, _executePipeline: pipeline } = target;
  const restore = [
    hook(target, "sendCommand", function (this: NodeRedisClient, args, options) {
      const seen = witness.began(spelled(args?.[0]), args, 1);
      return watched(seen, sendCommand.call(this, args, options));
    } satisfies NodeRedisClient["sendCommand"]),
    hook(target, "_executeMulti", function (this: NodeRedisClient, commands, ...rest) {
      const seen = witness.began("MULTI", undefined, 0);
      return watched(seen, multi.call(this, commands, ...rest));
    } satisfies NodeRedisClient["_executeMulti"]),
    hook(target, "_executePipeline", function (this: NodeRedisClient, commands, ...rest) {
      const seen = witness.began("PIPELINE", undefined, 0);
      return watched(seen, pipeline.call(this, commands, ...rest));
    } satisfies NodeRedisClient["_executePipeline"]),
    witnessConnection(target, () => target.isReady, witness),
  ];
  return () => {
    for (const undo of restore) undo();
  };
}

/** The same result, so that one that nobody handles is reported as before. */
function watched(seen: Observed, result: Promise<unknown>): Promise<unknown> {
  return result.then(
    (value) => {
      seen.succeeded();
      return value;
    },
    (error: unknown) => {
      seen.failed(error);
      throw error;
    },
  );
}
