/** What a command is to us: does it change data, may it wait, does it walk over many elements? */
export interface CommandKind {
  readonly name: string;
  readonly isWrite: boolean;
  /** Waits on purpose: its time says nothing about the server. */
  readonly isBlocking: boolean;
  /** Takes time in the size of a key, of the keyspace or of a script. */
  readonly isHeavy: boolean;
  /** Its replies come as messages, in any number. */
  readonly isSubscription: boolean;
}

const reads =
  "GET MGET STRLEN GETRANGE SUBSTR EXISTS TTL PTTL EXPIRETIME PEXPIRETIME TYPE HGET HMGET HEXISTS HLEN HSTRLEN HRANDFIELD LINDEX LLEN LPOS SCARD SISMEMBER SMISMEMBER SRANDMEMBER ZCARD ZCOUNT ZLEXCOUNT ZRANK ZREVRANK ZSCORE ZMSCORE ZRANDMEMBER GETBIT BITCOUNT BITPOS BITFIELD_RO GEOPOS GEODIST GEOHASH PFCOUNT XLEN XINFO XPENDING DUMP OBJECT TOUCH DBSIZE RANDOMKEY PING ECHO AUTH HELLO SELECT QUIT RESET CLIENT COMMAND CONFIG INFO ROLE TIME LASTSAVE MEMORY LATENCY SLOWLOG ACL CLUSTER ASKING READONLY READWRITE PUBSUB MODULE MULTI EXEC DISCARD WATCH UNWATCH SENTINEL REPLCONF LCS";
const writes =
  "SET SETNX SETEX PSETEX MSET MSETNX SETRANGE APPEND GETSET GETDEL GETEX INCR DECR INCRBY DECRBY INCRBYFLOAT EXPIRE PEXPIRE EXPIREAT PEXPIREAT PERSIST RENAME RENAMENX COPY MOVE RESTORE HSET HSETNX HMSET HDEL HINCRBY HINCRBYFLOAT HGETDEL HGETEX HSETEX HEXPIRE HPEXPIRE LPUSH RPUSH LPUSHX RPUSHX LPOP RPOP LSET LREM LTRIM LINSERT LMOVE RPOPLPUSH LMPOP SADD SREM SPOP SMOVE ZADD ZREM ZINCRBY ZPOPMIN ZPOPMAX ZMPOP ZREMRANGEBYSCORE ZREMRANGEBYRANK ZREMRANGEBYLEX SETBIT BITOP BITFIELD GEOADD PFADD PFMERGE XADD XACK XDEL XTRIM XCLAIM XAUTOCLAIM XGROUP XSETID UNLINK PUBLISH SPUBLISH SWAPDB SCRIPT FUNCTION";
const heavyReads =
  "KEYS SCAN HSCAN SSCAN ZSCAN HGETALL HKEYS HVALS LRANGE SMEMBERS SUNION SINTER SDIFF SINTERCARD ZRANGE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE ZRANGEBYLEX ZREVRANGEBYLEX ZUNION ZINTER ZDIFF ZINTERCARD GEORADIUS GEORADIUS_RO GEORADIUSBYMEMBER GEOSEARCH XRANGE XREVRANGE SORT_RO EVAL_RO EVALSHA_RO FCALL_RO DEBUG FT.SEARCH FT.AGGREGATE JSON.GET";
const heavyWrites =
  "DEL SORT EVAL EVALSHA FCALL FLUSHALL FLUSHDB SUNIONSTORE SINTERSTORE SDIFFSTORE ZUNIONSTORE ZINTERSTORE ZDIFFSTORE ZRANGESTORE GEOSEARCHSTORE MIGRATE SAVE BGSAVE BGREWRITEAOF SHUTDOWN FAILOVER REPLICAOF SLAVEOF JSON.SET";
const blocking =
  "BLPOP BRPOP BRPOPLPUSH BLMOVE BLMPOP BZPOPMIN BZPOPMAX BZMPOP XREAD XREADGROUP WAIT WAITAOF";
const subscriptions =
  "SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR SYNC PSYNC";

/** By their ids; 0 is what is no known command: its name might be anything, so it is not kept. */
export const commandKinds: readonly CommandKind[] = [
  kind("OTHER", {}),
  ...words(reads).map((name) => kind(name, {})),
  ...words(writes).map((name) => kind(name, { isWrite: true })),
  ...words(heavyReads).map((name) => kind(name, { isHeavy: true })),
  ...words(heavyWrites).map((name) => kind(name, { isWrite: true, isHeavy: true })),
  ...words(blocking).map((name) => kind(name, { isBlocking: true })),
  ...words(subscriptions).map((name) => kind(name, { isSubscription: true })),
];

/** Messages of pub/sub and the answers to subscriptions, as RESP 2 sends them: in arrays. */
const pushWords =
  "message pmessage smessage subscribe psubscribe ssubscribe unsubscribe punsubscribe sunsubscribe invalidate";

/** The start of a word's hash, and one step of it: letters count in upper case. */
export const wordHashStart = 17;

const byHash = new Map(commandKinds.map(({ name }, id) => [hashOf(name), id]));
const pushHashes = new Set(words(pushWords).map(hashOf));

export function wordHashStep(hash: number, character: number): number {
  const upper = character >= 97 && character <= 122 ? character - 32 : character;
  return (Math.imul(hash, 31) + upper) | 0;
}

/** A command's id by the hash of its name; 0 when it is unknown. */
export function commandByHash(hash: number): number {
  return byHash.get(hash) ?? 0;
}

export function isPushHash(hash: number): boolean {
  return pushHashes.has(hash);
}

/** Words longer than this are no command's name. */
export const maxWordBytes = 24;

function hashOf(word: string): number {
  let hash = wordHashStart;
  for (let at = 0; at < word.length; at++) hash = wordHashStep(hash, word.charCodeAt(at));
  return hash;
}

function words(text: string): string[] {
  return text.split(" ");
}

function kind(name: string, traits: Partial<CommandKind>): CommandKind {
  return {
    name,
    isWrite: false,
    isBlocking: false,
    isHeavy: false,
    isSubscription: false,
    ...traits,
  };
}
