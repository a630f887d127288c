import { type Script, script } from "./script.ts";

/**
 * Prolongs a lease, or gives it back.
 *
 *     KEYS[1]  the lease
 *     ARGV[1]  its token
 *     ARGV[2]  its new life in milliseconds; 0 gives it back
 *
 * Replies 1, or 0 when the lease was gone.
 */
export const renew: Script = script(
  `if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
if ARGV[2] == '0' then
  return redis.call('DEL', KEYS[1])
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`,
);
