import type { Symptom } from "../symptom.ts";

export const poolExhausted: Symptom<"pool-exhausted"> = {
  id: "pool-exhausted",
  title: "No free connection in the client's pool",
  group: "connection",
  meaning:
    "All connections of the client's own pool were in use, and none came free in the time allowed. Nothing was sent for this command.",
  effect:
    "Requests wait for a connection before they do anything. It is mostly a consequence: slow replies hold connections longer than the pool was sized for.",
  outcome: "not-sent",
  retryable: true,
  countsAsFailure: true,
  causes: [
    "Redis answers slowly, so each connection is held for longer.",
    "Connections are taken and not given back: a missing close on an error path.",
    "The pool is smaller than the number of threads or tasks that use it.",
    "Blocking commands or subscriptions sit on pooled connections.",
  ],
  confirm: [
    {
      run: "redis-cli CLIENT LIST",
      tells: "whether the pool's connections are idle (a leak) or busy (slowness)",
    },
    { run: "redis-cli SLOWLOG GET 10", tells: "whether slow commands hold them" },
  ],
  fixes: [
    "Find what is slow first: a larger pool over a slow server only queues elsewhere.",
    "Give connections back in finally, using or with blocks.",
    "Size the pool to the concurrency, and keep blocking commands on connections of their own.",
  ],
  wordings: [
    { by: "redis-py", text: "Too many connections", generic: true },
    { by: "redis-py", text: "MaxConnectionsError" },
    {
      by: "redis-py",
      text: "No connection available",
      generic: true,
      refine: /^no connection available(?! to service)/,
    },
    { by: "jedis", text: "Timeout waiting for idle object", role: "cause" },
    { by: "jedis", text: "Pool exhausted", generic: true, role: "cause" },
    { by: "jedis", text: "Could not get a resource since the pool is exhausted", role: "cause" },
    { by: "jedis", text: "JedisExhaustedPoolException", role: "cause" },
    { by: "jedis", text: "Could not get a resource from the pool", role: "wrapper" },
    { by: "redisson", text: "Unable to get connection!", role: "wrapper" },
    { by: "redisson", text: "Unable to acquire connection", role: "wrapper" },
    { by: "redisson", text: "Unable to acquire subscription lock" },
    { by: "go-redis", text: "connection pool timeout" },
    { by: "go-redis", text: "redis: connection pool exhausted", role: "cause" },
    { by: "redigo", text: "connection pool exhausted" },
    { by: "redis-client", text: "Couldn't checkout a connection in time" },
    { by: "redis-client", text: "CheckoutTimeoutError" },
    {
      by: "sidekiq",
      text: "Waited {n} sec",
      generic: true,
      refine: /^waited \d+(\.\d+)? sec(?!ond)/,
    },
    { by: "sidekiq", text: "ConnectionPool::TimeoutError", generic: true },
    { by: "sidekiq", text: "connection_pool/timed_stack", generic: true, role: "wrapper" },
    { by: "node-redis", text: "Timeout waiting for a client after {n}ms" },
    { text: "redis pool exhausted" },
    { text: "pool is exhausted", generic: true },
    { text: "pool timed out", generic: true },
    { text: "timed out waiting for a connection from the pool", generic: true },
    { text: "timeout waiting for connection from pool", generic: true },
  ],
  faults: ["freeze", "latency"],
  sources: [
    "https://redis.io/docs/latest/develop/clients/pools-and-muxing/",
    "https://github.com/redis/jedis/wiki/Getting-started",
  ],
};
