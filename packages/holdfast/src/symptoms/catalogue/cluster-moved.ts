import type { Symptom } from "../symptom.ts";

export const clusterMoved: Symptom<"cluster-moved"> = {
  id: "cluster-moved",
  title: "Redirected to another cluster node",
  group: "cluster",
  meaning:
    "The node does not own the key's slot and names the one that does. A cluster client follows by itself; the message reaches the application when it is no cluster client, or when redirections never end.",
  effect: "Commands for keys of other nodes fail for ever with a client that does not follow.",
  outcome: "refused",
  retryable: true,
  countsAsFailure: false,
  causes: [
    "A client without cluster support talks to a cluster node.",
    "Slots are being moved, and the client's map is older than the move.",
    "Nodes announce addresses that the client cannot reach (NAT, containers), or under another name.",
  ],
  confirm: [
    {
      run: "redis-cli CLUSTER SLOTS",
      tells: "who owns the slot, and which addresses are announced",
    },
    {
      run: "redis-cli -c -h HOST GET KEY",
      tells: "whether a client that follows succeeds from here",
    },
  ],
  fixes: [
    "Use the client's cluster mode.",
    "Announce reachable addresses (cluster-announce-ip, cluster-announce-hostname), or map them in the client.",
    "Refresh the map on redirection and at intervals.",
  ],
  wordings: [
    {
      by: "reply",
      text: "MOVED {n} {host}:{port}",
      role: "cause",
      refine: /^moved \d{1,5} \S*:\d/,
    },
    { by: "reply", text: "ASK {n} {host}:{port}", role: "cause", refine: /^ask \d{1,5} \S*:\d/ },
    { by: "reply", text: "TRYAGAIN Multiple keys request during rehashing of slot", role: "cause" },
    { text: "Too many Cluster redirections" },
    { text: "too many redirections", generic: true },
    { by: "jedis", text: "JedisMovedDataException", role: "cause" },
    { by: "jedis", text: "JedisAskDataException", role: "cause" },
    { by: "jedis", text: "JedisClusterMaxRedirectionsException" },
    { by: "redis-py", text: "redis.exceptions.MovedError", role: "cause" },
    {
      by: "redis-py",
      text: "MovedError: {slot} {host}:{port}",
      role: "cause",
      refine: /^movederror: \d{1,5} \S+:\d/,
    },
    {
      by: "redis-py",
      text: "AskError: {slot} {host}:{port}",
      role: "cause",
      refine: /^askerror: \d{1,5} \S+:\d/,
    },
    { by: "redis-py", text: "redis.exceptions.AskError", role: "cause" },
    { by: "redis-py", text: "TTL exhausted", generic: true },
    { by: "redisson", text: "redirection loop detected", role: "cause" },
    { by: "redisson", text: "RedisMovedException", role: "cause" },
    {
      by: "stackexchange-redis",
      text: "Endpoint {host} serving hashslot {n} is not reachable",
      outcome: "not-sent",
    },
    { by: "stackexchange-redis", text: "Key has MOVED from Endpoint" },
    { by: "phpredis", text: "Can't process MOVED", role: "cause" },
    { by: "redis-rs", text: "An error was signalled by the server - Moved" },
    { by: "redis-rs", text: "Moved: {n} {host}:{port}", role: "cause", refine: /^moved: \d{1,5} / },
    { text: "The cluster redirected us too many times" },
  ],
  classes: { MaxCommandRedirectionsError: "refused" },
  replies: ["MOVED", "ASK", "TRYAGAIN"],
  faults: ["moved"],
  sources: [
    "https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#redirection-and-resharding",
  ],
};
