import type { Symptom } from "../symptom.ts";

export const misconf: Symptom<"misconf"> = {
  id: "misconf",
  title: "Writes refused: saving to disk fails",
  group: "server",
  meaning:
    "The last snapshot or append to disk failed, and Redis refuses writes (stop-writes-on-bgsave-error) rather than accept what it could not keep. Reads work.",
  effect: "All writes fail until a save succeeds, while monitoring by PING shows a healthy server.",
  outcome: "refused",
  retryable: true,
  // Reads work and refusals are quick: opening a breaker would take away more than it protects.
  countsAsFailure: false,
  causes: [
    "The disk is full, or the directory is missing or not writable.",
    "The fork failed for lack of memory (vm.overcommit_memory).",
    "dir or dbfilename was changed, also by an intruder on an open server.",
  ],
  confirm: [
    { run: "redis-cli INFO persistence | grep status", tells: "which of the saves failed" },
    { run: "redis-cli CONFIG GET dir; df -h", tells: "where it saves and how full that is" },
    {
      run: "grep -iE 'fork|save|rdb|aof' /var/log/redis/redis-server.log | tail",
      tells: "the error itself",
    },
  ],
  fixes: [
    "Free the disk or correct the directory, then BGSAVE; writes resume when it succeeds.",
    "Set vm.overcommit_memory=1 where the fork fails.",
    "If the directory is one that nobody configured: take the server off the network and look for an intruder.",
  ],
  wordings: [
    { by: "reply", text: "MISCONF Redis is configured to save RDB snapshots", role: "cause" },
    { by: "reply", text: "MISCONF Errors writing to the AOF file", role: "cause" },
    { by: "reply", text: "MISCONF Redis is configured to persist data to AOF", role: "cause" },
    { text: "configured to save RDB snapshots", role: "cause" },
    { text: "MISCONF", generic: true, role: "cause" },
    { by: "redis-server", text: "Error saving DB on disk", role: "cause" },
    { by: "redis-server", text: "Unable to perform background save", role: "cause" },
    { by: "redis-server", text: "Can't save in background: fork", role: "cause" },
    { by: "redis-server", text: "Background saving error", role: "cause" },
    { by: "redis-server", text: "Background AOF rewrite terminated with error", role: "cause" },
    { by: "redis-server", text: "Failed opening the temp RDB file", role: "cause" },
    { by: "redis-server", text: "Failed opening the RDB file", role: "cause" },
    { by: "redis-server", text: "Failed opening {file} for saving", role: "cause" },
    { by: "redis-server", text: "Error moving temp DB file", role: "cause" },
    { by: "redis-server", text: "Write error saving DB on disk", role: "cause" },
    { by: "redis-server", text: "Write error while saving DB", role: "cause" },
    { by: "redis-server", text: "writing to the DB dump file needed for MASTER", role: "cause" },
    { by: "redis-server", text: "Error writing to the AOF file", role: "cause" },
    {
      by: "redis-server",
      text: "Can't rewrite append only file in background: fork",
      role: "cause",
    },
    { by: "redis-server", text: "Can't open the append-only file", role: "cause" },
  ],
  replies: ["MISCONF"],
  faults: ["misconf"],
  sources: ["https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/"],
};
