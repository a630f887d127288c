import { type Script, script } from "./script.ts";

/**
 * Stores a value if its lease still stands, and gives the lease back. Whatever invalidates the key
 * deletes or replaces the lease; a store that was delayed, even inside a frozen server, then does
 * nothing.
 *
 *     KEYS[1]  the value        KEYS[2]  its lease
 *     ARGV[1]  the lease's token
 *     ARGV[2]  the stored form
 *     ARGV[3]  its life in milliseconds
 *
 * Replies `{ the lease's token, 1 | 0 }`: 1 when it was stored, 0 when the lease was gone.
 */
export const store: Script = script(
  2,
  `if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return {ARGV[1], 0}
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return {ARGV[1], 1}
`,
);
