import { type Script, script } from "./script.ts";

/**
 * Takes the leases of keys for explicit writes, from whoever has them: a load that is under way can
 * then no longer store what it read before the write.
 *
 *     KEYS[i]      the lease of each key
 *     ARGV[1]      the leases' life in milliseconds
 *     ARGV[1 + i]  the new lease's token
 *
 * Replies `{ the first token, server's clock in milliseconds }`.
 */
export const seize: Script = script(
  `for i, lease in ipairs(KEYS) do
  redis.call('SET', lease, ARGV[1 + i], 'PX', ARGV[1])
end
local time = redis.call('TIME')
return {ARGV[2], time[1] * 1000 + math.floor(time[2] / 1000)}
`,
);
