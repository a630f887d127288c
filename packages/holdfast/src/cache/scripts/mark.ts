import { type Script, script } from "./script.ts";

/**
 * Reads the token of a mark, and makes the mark where there is none.
 *
 *     KEYS[1]  the mark
 *     ARGV[1]  the token for a new one
 *     ARGV[2]  its life in milliseconds, counted anew once half of it is over
 *
 * The life is not prolonged each time: that would count as a change, of which key-tracking tells
 * every process, which would make each of them read the mark again.
 *
 * Replies `{ the new one's token, the mark's token, server's clock in ms }`; the first tells the reply
 * from another command's.
 */
export const mark: Script = script(
  `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local token = redis.call('GET', KEYS[1])
if token then
  if redis.call('PTTL', KEYS[1]) < ARGV[2] / 2 then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
  end
  return {ARGV[1], token, now}
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {ARGV[1], ARGV[1], now}
`,
);
