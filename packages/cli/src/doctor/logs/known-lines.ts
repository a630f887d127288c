import type { SignalId } from "../signals.ts";
import { WordSet } from "./word-set.ts";

/** What somebody else than a client library writes, and the signal that it is. */
interface KnownLine {
  readonly signal: SignalId;
  /** Words of 6 characters or more, as they stand in the line; one of them suffices. */
  readonly words: readonly string[];
  /** What must hold besides. */
  readonly also?: RegExp;
  /** Not redis-server itself writes it: looked for in any line. */
  readonly foreign?: boolean;
}

/**
 * The wordings are those of redis-server 2.8 to 8 and Valkey (`serverLog` in their sources), of the
 * Linux kernel's OOM killer and SYN cookies, of systemd, and of what watches a process's own loop:
 * Python's asyncio, Vert.x, Hikari, the blocked-at kind of Node packages.
 */
const knownLines: readonly KnownLine[] = [
  {
    signal: "logs.event-loop-blocked",
    words: [
      "vent loop blocked",
      "vent loop was blocked",
      "vent loop is blocked",
      "vent loop delay",
      "vent loop lag",
      "vent loop stalled",
      "vent-loop",
      "has been blocked for",
      "clock leap detected",
      "Thread starvation",
    ],
    foreign: true,
  },
  {
    signal: "logs.event-loop-blocked",
    words: ["Executing <"],
    also: / took \d+\.\d+ seconds/,
    foreign: true,
  },
  {
    signal: "logs.connected",
    words: [
      "onnected to redis",
      "onnected to Redis",
      "edis connected",
      "edis client connected",
      "edis client is ready",
      "edis is ready",
      "edis ready",
      "edis connection established",
      "edis connection ready",
    ],
    foreign: true,
  },
  {
    signal: "logs.server-output-buffer",
    words: ["overcoming of output buffer limits"],
  },
  {
    signal: "logs.server-oom-killed",
    words: [
      "Out of memory: Kill",
      "oom-kill:",
      "oom_reaper: reaped process",
      "Memory cgroup out of memory",
    ],
    also: /(?:redis|valkey)-(?:server|sentinel)|\(redis\)/,
    foreign: true,
  },
  {
    signal: "logs.server-oom-killed",
    words: ["result 'oom-kill'", "killed by the OOM killer", "OOMKilled", "OOMKilling"],
    also: /redis|valkey/i,
    foreign: true,
  },
  {
    signal: "logs.server-syn-flooding",
    words: [
      "Possible SYN flooding on port",
      "Possible SYN flooding on 0.0.0.0",
      "Possible SYN flooding on [",
    ],
    foreign: true,
  },
  {
    signal: "logs.server-backlog-cut",
    words: ["The TCP backlog setting of"],
  },
  {
    signal: "logs.server-crashed",
    words: ["REDIS BUG REPORT START", "VALKEY BUG REPORT START", "crashed by signal"],
  },
  {
    signal: "logs.server-crashed",
    words: ["Main process exited, code=dumped", "Main process exited, code=killed"],
    also: /redis|valkey/i,
    foreign: true,
  },
  {
    signal: "logs.server-stopped",
    words: [
      "scheduling shutdown",
      "User requested shutdown",
      "is now ready to exit, bye bye",
      "Received SIGTERM",
      "Received SIGINT",
    ],
  },
  {
    signal: "logs.server-started",
    words: [
      "Server initialized",
      "eady to accept connections",
      " is starting oO0OoO0OoO0Oo",
      "Redis is starting",
    ],
  },
  {
    signal: "logs.server-loading",
    words: [
      "Loading RDB produced by",
      "DB loaded from disk",
      "DB loaded from append only file",
      "DB loaded from base file",
    ],
  },
  {
    signal: "logs.server-fork-failed",
    words: [
      "Can't save in background: fork",
      "in background: fork",
      "fork: Cannot allocate memory",
    ],
  },
  {
    signal: "logs.server-fork",
    words: [
      "Background saving started by pid",
      "Background append only file rewriting started by pid",
      "Background RDB transfer started by pid",
    ],
  },
  {
    signal: "logs.server-disk",
    words: [
      "Failed opening the temp RDB file",
      "Failed opening the RDB file",
      "Write error saving DB on disk",
      "Error moving temp DB file",
      "Background saving error",
      "Background AOF rewrite terminated with error",
      "AOF fsync is taking too long",
      "Error writing to the AOF file",
      "Short write while writing to the AOF file",
      "Can't recover from AOF write error",
      "No space left on device",
      "Read-only file system",
      "Can't open the append-only file",
      "Can't open or create append-only",
    ],
  },
  {
    signal: "logs.server-fd-limit",
    words: ["accept: Too many open files"],
  },
  {
    signal: "logs.server-maxclients",
    words: ["max number of clients reached", "maxclients has been reduced to"],
  },
  {
    signal: "logs.server-slow-script",
    words: ["low script detected"],
  },
  {
    signal: "logs.server-tls-error",
    words: [
      "Error accepting a client connection: error",
      "Error accepting a client connection: (null)",
    ],
  },
  {
    signal: "logs.server-tls-error",
    words: ["Error accepting a client connection:"],
    also: /ssl|tls|certificate/i,
  },
  {
    signal: "logs.server-idle-close",
    words: ["Closing idle client"],
  },
  {
    signal: "logs.server-replica-lost",
    words: [
      "Connection with master lost",
      "Connection with replica",
      "Connection with slave",
      "MASTER timeout: no data nor PING",
      "Disconnecting timedout replica",
      "Disconnecting timedout slave",
    ],
  },
  {
    signal: "logs.failover",
    words: [
      "+switch-master",
      "+try-failover",
      "+failover-state-",
      "MASTER MODE enabled",
      "REPLICAOF ",
      "SLAVE OF ",
      "Failover election won",
      "Setting myself to replica of",
      "Before turning into a replica",
      "Configuration change detected. Reconfiguring myself as a replica",
      "Manual failover",
      "FAILOVER requested",
    ],
  },
  {
    signal: "logs.cluster-state-fail",
    words: ["Cluster state changed: fail"],
  },
];

/** One rare word of each line, for the quick first pass. */
const words = new WordSet(
  knownLines.flatMap((line) => line.words).map((word) => word.slice(0, 24)),
);

/** Whether bytes, read as Latin-1, could hold a known line. */
export function mayBeKnownLine(text: string): boolean {
  return words.occursIn(text);
}

/** `1234:M 25 Nov 2026 13:00:00.123 * `, and before version 3 `[1234] 25 Nov 13:00:00.123 * `. */
const serverHead =
  /^\s{0,4}(?:\d{1,8}:([MSCX])|\[\d{1,8}\]) \d\d? [A-Z][a-z]{2} (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{3})? [.\-*#]/;

/** Who wrote a line: M a primary, S a replica, C a child, X Sentinel; undefined for anybody else. */
export function serverRole(text: string): "M" | "S" | "C" | "X" | "?" | undefined {
  const match = serverHead.exec(text.length > 160 ? text.slice(0, 160) : text);
  return match === null ? undefined : ((match[1] ?? "?") as "M" | "S" | "C" | "X" | "?");
}

/** The signals of a line; those that anybody may write only when redis-server did not. */
export function knownSignals(text: string, fromServer: boolean): SignalId[] {
  const found: SignalId[] = [];
  if (!mayBeKnownLine(text)) return found;
  for (const line of knownLines) {
    if (!fromServer && line.foreign !== true) continue;
    if (found.includes(line.signal)) continue;
    if (!line.words.some((word) => text.includes(word))) continue;
    if (line.also === undefined || line.also.test(text)) found.push(line.signal);
  }
  return found;
}
