/** Commands of which the first argument after the name is no key. */
const keyless: ReadonlySet<string> = new Set(
  (
    "ACL AUTH BGREWRITEAOF BGSAVE CLIENT CLUSTER COMMAND CONFIG DBSIZE DEBUG DISCARD ECHO EXEC FAILOVER " +
    "FLUSHALL FLUSHDB FUNCTION HELLO INFO KEYS LASTSAVE LATENCY LOLWUT MODULE MONITOR MULTI PING PSUBSCRIBE " +
    "PUBLISH PUBSUB PUNSUBSCRIBE QUIT RANDOMKEY READONLY READWRITE RESET ROLE SAVE SCAN SCRIPT SELECT " +
    "SHUTDOWN SLOWLOG SUBSCRIBE SWAPDB TIME UNSUBSCRIBE UNWATCH WAIT WAITAOF"
  ).split(" "),
);

/** Commands that say how many keys they have, and then which. */
const counted: ReadonlySet<string> = new Set(
  "EVAL EVAL_RO EVALSHA EVALSHA_RO FCALL FCALL_RO".split(" "),
);

/** Commands with the number of their keys first: in `args` it stands behind the name. */
const countedFirst: ReadonlySet<string> = new Set(
  "LMPOP SINTERCARD ZDIFF ZINTER ZINTERCARD ZMPOP ZUNION".split(" "),
);

/**
 * The key that says which node of a cluster a command goes to; undefined for one without a key. Names of
 * commands alone decide: it is for what this library sends, and no parser of all of Redis.
 */
export function firstKeyOf(args: readonly (string | Buffer)[]): string | Buffer | undefined {
  const name = String(args[0]).toUpperCase();
  if (keyless.has(name)) return undefined;
  if (counted.has(name)) return Number(args[2]) > 0 ? args[3] : undefined;
  if (countedFirst.has(name)) return args[2];
  if (name === "OBJECT" || name === "XINFO" || name === "XGROUP" || name === "MEMORY") {
    return args[2];
  }
  if (name === "BLMPOP" || name === "BZMPOP") return args[3];
  if (name === "XREAD" || name === "XREADGROUP") return args[streamsAt(args) + 1];
  return args[1];
}

function streamsAt(args: readonly (string | Buffer)[]): number {
  return args.findIndex((arg) => String(arg).toUpperCase() === "STREAMS");
}
