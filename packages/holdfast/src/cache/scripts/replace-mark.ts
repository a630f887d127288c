import { type Script, script } from "./script.ts";

/**
 * Replaces the token of a mark by one that it never had, whenever this runs and however often. Were
 * the token the caller's alone, an invalidation that was delayed, or told again after an outage,
 * would bring back a token that a later one has replaced, and with it the values that carry it.
 *
 *     KEYS[1]  the mark
 *     ARGV[1]  the caller's token, with which the mark's new one begins
 *     ARGV[2]  its life in milliseconds
 *
 * Replies `{ the caller's token, the mark's new token }`; the first tells the reply from another
 * command's.
 */
export const replaceMark: Script = script(
  `local time = redis.call('TIME')
local token = ARGV[1] .. '.' .. time[1] .. string.format('%06d', time[2])
redis.call('SET', KEYS[1], token, 'PX', ARGV[2])
return {ARGV[1], token}
`,
);
