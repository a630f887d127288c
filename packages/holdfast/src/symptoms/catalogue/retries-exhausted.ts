import type { Symptom } from "../symptom.ts";

export const retriesExhausted: Symptom<"retries-exhausted"> = {
  id: "retries-exhausted",
  title: "The client gave up retrying",
  group: "connection",
  meaning:
    "The client tried several times, to connect or to run the command, and reached its own limit. The cause is in the earlier errors; commands in flight when it gave up may have been executed.",
  effect:
    "Everything that waited in the client fails together, often after tens of seconds. Some clients never reconnect after this and need a restart of the process.",
  outcome: "unknown",
  retryable: true,
  countsAsFailure: true,
  causes: [
    "The server was away for longer than the client's attempts last.",
    "The address is wrong, so that no attempt could succeed.",
    "The limit is low, or the pause between attempts does not grow.",
  ],
  confirm: [
    {
      run: "grep -iE 'ECONN|refused|reset|ENOTFOUND|timed out' app.log | head",
      tells: "the failure that was retried",
    },
    { run: "redis-cli -h HOST -p PORT ping", tells: "whether the server answers now" },
  ],
  fixes: [
    "Act on the error that was retried.",
    "Let the connection retry for ever with a bounded, jittered pause, and bound each command by a deadline instead.",
    "Restart processes whose client does not come back by itself, and change that setting.",
  ],
  wordings: [
    { by: "ioredis", text: "Reached the max retries per request limit" },
    { by: "ioredis", text: "MaxRetriesPerRequestError" },
    { by: "celery", text: "Retry limit exceeded while trying to reconnect to the Celery" },
    { by: "celery", text: "The Celery application must be restarted" },
    { by: "node-redis", text: "Redis connection in broken state" },
    { by: "node-redis", text: "CONNECTION_BROKEN" },
    { by: "node-redis", text: "maximum connection attempts exceeded", generic: true },
    { by: "node-redis", text: "ReconnectStrategyError" },
    { by: "jedis", text: "No more cluster attempts left" },
    { by: "jedis", text: "No more attempts left", generic: true },
    { by: "jedis", text: "Cluster retry deadline exceeded" },
    { by: "jedis", text: "Retry deadline exceeded", generic: true },
    { by: "jedis", text: "JedisClusterMaxAttemptsException" },
    { text: "max retries exceeded", generic: true },
    { text: "retry attempts exhausted", generic: true },
    { text: "retries exhausted", generic: true },
    { text: "retry time exhausted", generic: true },
    {
      text: "too many {connection} attempts",
      generic: true,
      refine: /^too many (re)?(connection|connect|retry) attempts/,
    },
    { text: "max reconnect attempts", generic: true },
    { text: "max reconnection attempts", generic: true },
    { text: "too many retries", generic: true },
    { text: "giving up", generic: true, role: "wrapper" },
  ],
  classes: { MaxRetriesPerRequestError: "unknown", ReconnectStrategyError: "unknown" },
  faults: ["crash", "boot-without"],
  sources: [
    "https://redis.github.io/ioredis/",
    "https://docs.celeryq.dev/en/stable/userguide/configuration.html",
  ],
};
