import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientLibrary, Scenario } from "../scenario.ts";
import { impatient } from "./connecting.ts";

/** node-redis has no time-out for a command that was written: it logs nothing of a slow server. */
const withTimeouts: readonly ClientLibrary[] = ["redis-py", "ioredis"];
const clients: readonly ClientLibrary[] = ["redis-py", "ioredis", "node-redis"];

export const servingScenarios: readonly Scenario[] = [
  ...clients.flatMap((client): Scenario[] => [
    {
      cause: "oom-noeviction",
      client,
      name: "memory is full",
      produce: async (stage) => {
        await stage.redis({ args: ["--maxmemory", "500kb", "--maxmemory-policy", "noeviction"] });
        await stage.client({ options: impatient[client], command: ["SET", "k", "v"] });
      },
    },
    {
      cause: "disk",
      client,
      name: "a snapshot cannot be written",
      produce: async (stage) => {
        const redis = await stage.redis();
        const folder = await redis.command("CONFIG", "GET", "dir");
        // A folder stands where the snapshot belongs: the same error as a full disk has.
        mkdirSync(join(Array.isArray(folder) ? String(folder[1]) : "", "blocked.rdb"), {
          recursive: true,
        });
        await redis.command("CONFIG", "SET", "dbfilename", "blocked.rdb");
        await redis.command("CONFIG", "SET", "save", "1000000 1");
        await redis.command("SET", "a", "b");
        await redis.command("BGSAVE");
        for (let tries = 0; tries < 100; tries++) {
          if (String(await redis.command("INFO", "persistence")).includes("bgsave_status:err"))
            break;
          await sleep(100);
        }
        await stage.client({ options: impatient[client], command: ["SET", "k", "v"] });
      },
    },
    {
      cause: "loading",
      client,
      name: "a large snapshot is being loaded",
      produce: async (stage) => {
        const redis = await stage.redis({
          args: [
            "--appendonly",
            "no",
            "--key-load-delay",
            "300",
            "--loading-process-events-interval-bytes",
            "1024",
          ],
        });
        await redis.command("DEBUG", "POPULATE", "40000");
        await redis.command("SAVE");
        await redis.kill();
        void redis.restart().catch(() => undefined);
        await sleep(700);
        await stage.client({ options: impatient[client], forMs: 2000 });
      },
    },
    {
      cause: "failover",
      client,
      name: "the primary became a replica",
      produce: async (stage) => {
        const redis = await stage.redis();
        const primary = await stage.other();
        await redis.command("REPLICAOF", "127.0.0.1", String(primary.port));
        await stage.client({ options: impatient[client], command: ["SET", "k", "v"] });
      },
    },
    {
      cause: "cluster-down",
      client,
      name: "slots that nobody serves",
      produce: async (stage) => {
        await stage.redis({ args: ["--cluster-enabled", "yes"] });
        await stage.client({ options: impatient[client], forMs: 2000 });
      },
    },
    {
      cause: "slow-command",
      client,
      name: "an endless script",
      produce: async (stage) => {
        const redis = await stage.redis({ args: ["--lua-time-limit", "200"] });
        const script = await redis.connect({ timeoutMs: 60_000 });
        stage.atEnd(() => script.close());
        void script.command("EVAL", "while true do end", "0").catch(() => undefined);
        await sleep(500);
        await stage.client({ options: impatient[client], forMs: 2500 });
      },
    },
  ]),
  ...withTimeouts.flatMap((client): Scenario[] => [
    {
      cause: "slow-command",
      client,
      name: "commands of two seconds",
      produce: async (stage) => {
        const redis = await stage.redis({ args: ["--slowlog-log-slower-than", "10000"] });
        const slow = await redis.connect({ timeoutMs: 60_000 });
        stage.atEnd(() => slow.close());
        const { ended } = stage.startClient({ options: impatient[client], forMs: 7000 });
        for (let times = 0; times < 2; times++) {
          await sleep(1000);
          await slow.command("DEBUG", "SLEEP", "2");
        }
        await ended;
      },
    },
  ]),
];
