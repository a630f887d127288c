import type { Symptom } from "../symptom.ts";

export const maxclients: Symptom<"maxclients"> = {
  id: "maxclients",
  title: "The server is at its connection limit",
  group: "connecting",
  meaning:
    "Redis accepted the connection only to answer that it has maxclients connections already, and closed it. Clients often report the close, as a reset or a failed handshake, in place of the sentence.",
  effect:
    "Processes that are connected go on; every new or reconnecting one is locked out, so a restart or deployment makes it worse.",
  outcome: "refused",
  retryable: true,
  countsAsFailure: true,
  causes: [
    "Connections leak, or each request makes one.",
    "More processes, or larger pools, than maxclients allows for.",
    "A storm of reconnects after a failure.",
    "The server lowered maxclients because of its file descriptor limit.",
  ],
  confirm: [
    { run: "redis-cli INFO clients", tells: "connected_clients against maxclients" },
    { run: "redis-cli INFO stats | grep rejected_connections", tells: "how many were turned away" },
    {
      run: "redis-cli CLIENT LIST | awk '{print $2}' | cut -d: -f1 | sort | uniq -c | sort -rn",
      tells: "who holds them",
    },
  ],
  fixes: [
    "Share one client per process; bound pools so that processes × pool stays below maxclients.",
    "Raise maxclients and the file descriptor limit together.",
    "Set timeout and tcp-keepalive on the server, so that dead connections are closed.",
  ],
  wordings: [
    { by: "reply", text: "max number of clients reached", role: "cause" },
    { by: "reply", text: "max number of clients + cluster connections reached", role: "cause" },
  ],
  faults: ["maxclients"],
  sources: [
    "https://redis.io/docs/latest/develop/reference/clients/#maximum-concurrent-connected-clients",
  ],
};
