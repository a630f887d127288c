import { type Script, script } from "./script.ts";

/**
 * Reads how values begin.
 *
 *     KEYS[i]      each value
 *     ARGV[1]      a token of this call
 *     ARGV[1 + i]  how many bytes of it
 *
 * Replies `{ the token, how each value begins; empty where there is none }`.
 * Errors: WRONGTYPE when a key holds something that is no string.
 */
export const starts: Script = script(
  `local reply = {ARGV[1]}
for i, value in ipairs(KEYS) do
  reply[1 + i] = redis.call('GETRANGE', value, 0, ARGV[1 + i] - 1)
end
return reply
`,
);
