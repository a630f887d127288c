import { type Script, script } from "./script.ts";

/**
 * Stores each value whose lease still stands, and gives the lease back. Whatever invalidates a key
 * deletes or replaces its lease; a store that was delayed, even inside a frozen server, then does
 * nothing.
 *
 *     KEYS[2i - 1]  the value          KEYS[2i]  its lease
 *     ARGV[3i - 2]  the lease's token
 *     ARGV[3i - 1]  the stored form
 *     ARGV[3i]      its life in milliseconds
 *
 * Replies `{ the first token, for each value 1 when it was stored, 0 when its lease was gone }`.
 */
export const store: Script = script(
  `local reply = {ARGV[1]}
for i = 1, #KEYS / 2 do
  local value, lease = KEYS[2 * i - 1], KEYS[2 * i]
  if redis.call('GET', lease) == ARGV[3 * i - 2] then
    redis.call('SET', value, ARGV[3 * i - 1], 'PX', ARGV[3 * i])
    redis.call('DEL', lease)
    reply[1 + i] = 1
  else
    reply[1 + i] = 0
  end
end
return reply
`,
);
