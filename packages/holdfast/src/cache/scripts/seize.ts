import { type Script, script } from "./script.ts";

/**
 * Takes the lease of a key for an explicit write, from whoever has it: a load that is under way can
 * then no longer store what it read before the write.
 *
 *     KEYS[1]  the value        KEYS[2]  its lease
 *     ARGV[1]  the new lease's token
 *     ARGV[2]  the lease's life in milliseconds
 *
 * Replies `{ the new lease's token, server's clock in ms }`.
 */
export const seize: Script = script(
  2,
  `redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
local time = redis.call('TIME')
return {ARGV[1], time[1] * 1000 + math.floor(time[2] / 1000)}
`,
);
