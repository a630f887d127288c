import type { Symptom } from "../symptom.ts";

export const fdLimit: Symptom<"fd-limit"> = {
  id: "fd-limit",
  title: "Out of file descriptors or local ports",
  group: "connecting",
  meaning:
    "The process has no file descriptor, or the machine no local port, left for another connection. Redis itself may be well.",
  effect:
    "New connections of any kind fail, to Redis, to databases and from users alike. It is mostly the consequence of a leak or of a storm of reconnects.",
  outcome: "not-sent",
  retryable: true,
  countsAsFailure: true,
  causes: [
    "Connections leak: a client made for each request and never closed.",
    "A reconnect loop without pause leaves thousands of ports in TIME_WAIT.",
    "The limit (ulimit -n, LimitNOFILE) is low for the load.",
    "The server's own limit: it lowers maxclients to what it was allowed.",
  ],
  confirm: [
    {
      run: "ls /proc/PID/fd | wc -l; grep 'open files' /proc/PID/limits",
      tells: "how many the process has open, and may have",
    },
    { run: "ss -s", tells: "how many sockets exist and how many wait in TIME_WAIT" },
    { run: "redis-cli CONFIG GET maxclients", tells: "what the server was left with" },
  ],
  fixes: [
    "Share one client for the whole process, and close those that are not needed.",
    "Pace reconnects with a growing, jittered pause.",
    "Raise LimitNOFILE for the application and for Redis.",
  ],
  wordings: [
    { by: "redis-py", text: "Error 24 connecting to {host}:{port}. Too many open files" },
    {
      by: "redis-py",
      text: "Error 99 connecting to {host}:{port}. Cannot assign requested address",
    },
    { by: "node-redis", text: "Redis connection to {host}:{port} failed - connect EMFILE" },
    { by: "redis-server", text: "accept({n}, {rest}) = -1 EMFILE" },
    { by: "redis-server", text: "can't set maximum open files to {n} because of OS error" },
    {
      by: "redis-server",
      text: "Accepting client connection: accept: Too many open files",
      role: "cause",
    },
  ],
  system: [
    {
      symbol: "EMFILE",
      numbers: [24, 10024],
      texts: ["too many open files"],
      during: "connect",
    },
    {
      symbol: "ENFILE",
      numbers: [23],
      texts: ["too many open files in system"],
      during: "connect",
    },
    {
      symbol: "EADDRNOTAVAIL",
      numbers: [99, 49, 10049],
      texts: ["cannot assign requested address", "can't assign requested address"],
      during: "connect",
    },
  ],
  faults: [],
  sources: [
    "https://redis.io/docs/latest/develop/reference/clients/#maximum-concurrent-connected-clients",
  ],
};
