import { type Script, script } from "./script.ts";

/**
 * Takes the lease of a key for a load, unless another process has it or the value has changed since
 * it was read.
 *
 *     KEYS[1]  the value        KEYS[2]  its lease
 *     ARGV[1]  the new lease's token
 *     ARGV[2]  the lease's life in milliseconds
 *     ARGV[3]  how the value that was read begins; empty when there was none
 *
 * Replies `{ the new lease's token, "granted" | "held" | "changed", server's clock in ms, the changed
 * value? }`; the token tells the reply from another command's.
 * Errors: WRONGTYPE when the key holds something that is no string: it is not ours to overwrite.
 */
export const acquire: Script = script(
  `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local value = redis.call('GET', KEYS[1])
if value and (ARGV[3] == '' or string.sub(value, 1, #ARGV[3]) ~= ARGV[3]) then
  return {ARGV[1], 'changed', now, value}
end
if redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2], 'NX') then
  return {ARGV[1], 'granted', now}
end
return {ARGV[1], 'held', now}
`,
);
