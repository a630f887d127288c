import type { Symptom } from "../symptom.ts";

export const refused: Symptom<"refused"> = {
  id: "refused",
  title: "Connection refused",
  group: "connecting",
  meaning:
    "The host answered that nothing listens on that address and port. The network works; the Redis process is down, listens elsewhere, or a firewall rejects the connection in its name.",
  effect:
    "Every new connection fails within a millisecond. Clients without a limit retry in a tight loop and queue commands meanwhile, so requests hang although each attempt fails fast.",
  outcome: "not-sent",
  retryable: true,
  countsAsFailure: true,
  causes: [
    "The Redis process is not running: crashed, killed for memory, stopped, or not started yet.",
    "The host or port is wrong: localhost inside a container, another port, an old address.",
    "Redis is bound to another interface only.",
    "A firewall rejects with a reset, or the listen backlog overflows where the kernel answers so.",
  ],
  confirm: [
    { run: "redis-cli -h HOST -p PORT ping", tells: "whether anything answers from this machine" },
    {
      run: "ss -ltnp 'sport = :6379'",
      tells: "on the server: which process listens, on which address",
    },
    { run: "journalctl -u redis-server -n 50", tells: "why the process ended" },
    {
      run: "dmesg -T | grep -i 'killed process'",
      tells: "whether the kernel killed it for memory",
    },
  ],
  fixes: [
    "Start Redis and have a supervisor restart it.",
    "Use the address that the server listens on; in a container, the service's name instead of localhost.",
    "Bind to the interface that clients use, with a password or ACL set.",
    "Leave memory for the fork: maxmemory well below the machine's limit.",
  ],
  wordings: [
    { by: "redis-py", text: "Error {n} connecting to {host}:{port}. Connection refused" },
    { by: "node-redis", text: "Redis connection to {host}:{port} failed - connect ECONNREFUSED" },
    { by: "redis-rb", text: "Error connecting to Redis on {host}:{port} (Errno::ECONNREFUSED)" },
    { by: "redis-cli", text: "Could not connect to Redis at {host}:{port}: Connection refused" },
    {
      by: "redis-py",
      text: "Error 2 connecting to {path}. No such file or directory",
      role: "cause",
    },
    { text: "connect ENOENT {path}.sock", generic: true, role: "cause" },
    // The socket's file is missing; of any other file it is not said while connecting.
    {
      text: "no such file or directory",
      generic: true,
      role: "cause",
      during: "connect",
    },
  ],
  system: [
    {
      symbol: "ECONNREFUSED",
      numbers: [111, 61, 10061, 4078],
      texts: [
        "connection refused",
        "target machine actively refused it",
        "refused the network connection",
        "connectionrefused",
        "connection was refused",
        "refused the connection",
        // Where the system speaks German, Italian or French.
        "verbindungsaufbau abgelehnt",
        "connessione rifiutata",
        "connexion refus",
      ],
      during: "connect",
    },
  ],
  faults: ["crash", "stop", "boot-without"],
  sources: [
    "https://man7.org/linux/man-pages/man2/connect.2.html",
    "https://redis.io/docs/latest/operate/oss_and_stack/management/troubleshooting/",
  ],
};
