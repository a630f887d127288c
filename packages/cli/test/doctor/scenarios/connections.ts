import { setTimeout as sleep } from "node:timers/promises";
import type { ClientLibrary, Scenario } from "../scenario.ts";
import { impatient } from "./connecting.ts";

const clients: readonly ClientLibrary[] = ["redis-py", "ioredis", "node-redis"];
const withTimeouts: readonly ClientLibrary[] = ["redis-py", "ioredis"];

export const connectionScenarios: readonly Scenario[] = [
  ...clients.flatMap((client): Scenario[] => [
    {
      cause: "dead-peer",
      client,
      name: "packets vanish in the middle of a connection",
      needsNetwork: true,
      produce: async (stage) => {
        stage.shell("sysctl -qw net.ipv4.tcp_retries2=3");
        stage.atEnd(() => stage.shell("sysctl -qw net.ipv4.tcp_retries2=15"));
        const redis = await stage.redis();
        const patient =
          client === "redis-py" ? {} : client === "ioredis" ? { maxRetriesPerRequest: 1 } : {};
        const { ended } = stage.startClient({ options: patient, forMs: 9000 });
        await sleep(1500);
        stage.drop(`tcp dport ${redis.port} tcp flags & syn == 0 drop`);
        await Promise.race([ended, sleep(14_000)]);
        stage.heal();
      },
    },
  ]),
  ...withTimeouts.flatMap((client): Scenario[] => [
    {
      cause: "packet-loss",
      client,
      name: "every fourth packet is lost",
      needsNetwork: true,
      produce: async (stage) => {
        const redis = await stage.redis();
        stage.drop(`tcp dport ${redis.port} numgen random mod 100 < 30 drop`);
        await stage.client({ options: impatient[client], forMs: 15_000, everyMs: 20 });
      },
    },
  ]),
  {
    // redis-py and ioredis connect again and log nothing.
    cause: "idle-timeout",
    client: "node-redis",
    name: "the server closes idle clients",
    produce: async (stage) => {
      await stage.redis({ args: ["--timeout", "1"] });
      await stage.client({ options: impatient["node-redis"], forMs: 20_000, everyMs: 4000 });
    },
  },
  {
    cause: "output-buffer",
    client: "redis-py",
    name: "a subscriber that reads too slowly",
    produce: async (stage) => {
      const redis = await stage.redis({
        args: ["--client-output-buffer-limit", "pubsub 2mb 1mb 1"],
      });
      const { ended } = stage.startClient({ subscribe: "news", forMs: 8000, everyMs: 400 });
      await sleep(1500);
      const news = "x".repeat(200_000);
      for (let times = 0; times < 150; times++) await redis.command("PUBLISH", "news", news);
      await ended;
    },
  },
  {
    cause: "client-event-loop",
    client: "ioredis",
    name: "long work between requests",
    produce: async (stage) => {
      await stage.redis();
      const calm = stage.startClient({ options: impatient.ioredis, forMs: 5000 });
      const busy = stage.startClient({
        options: { ...impatient.ioredis, commandTimeout: 200 },
        forMs: 5000,
        blockMs: 600,
        everyMs: 100,
      });
      await Promise.all([calm.ended, busy.ended]);
    },
  },
  {
    cause: "pool-exhausted",
    client: "redis-py",
    name: "more threads than connections",
    produce: async (stage) => {
      await stage.redis();
      await stage.client({
        pool: { max_connections: 2, timeout: 0.2 },
        threads: 8,
        command: ["BLPOP", "queue", "1"],
        forMs: 4000,
      });
    },
  },
  {
    cause: "fd-limit",
    client: "redis-py",
    name: "a connection for each request, and none is closed",
    produce: async (stage) => {
      await stage.redis();
      await stage.client({ files: 30, everyMs: 20, forMs: 2500 });
    },
  },
];
