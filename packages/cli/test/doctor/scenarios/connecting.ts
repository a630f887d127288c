import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@holdfast/testbed";
import type { ClientLibrary, Scenario, Stage } from "../scenario.ts";

/** Time-outs as each library spells them, short enough for a test. */
export const impatient: Readonly<Record<ClientLibrary, Readonly<Record<string, unknown>>>> = {
  "redis-py": { socket_timeout: 0.5, socket_connect_timeout: 0.7 },
  ioredis: { commandTimeout: 500, connectTimeout: 700, maxRetriesPerRequest: 1 },
  "node-redis": { socket: { connectTimeout: 700 } },
};

/** Holds connections until the stage is closed. */
export async function hold(stage: Stage, port: number, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () =>
    connect(port, "127.0.0.1").on("error", () => undefined),
  );
  stage.atEnd(() => {
    for (const socket of sockets) socket.destroy();
  });
  await sleep(200);
  return sockets;
}

const clients: readonly ClientLibrary[] = ["redis-py", "ioredis", "node-redis"];

export const connectingScenarios: readonly Scenario[] = clients.flatMap((client): Scenario[] => [
  {
    cause: "process-down",
    client,
    name: "nothing listens",
    produce: async (stage) => {
      const port = await freePort();
      await stage.capture(port);
      stage.url = `redis://127.0.0.1:${port}`;
      await stage.client({ options: impatient[client], forMs: 2500 });
    },
  },
  {
    cause: "process-down",
    client,
    name: "the process is stopped under load",
    produce: async (stage) => {
      const redis = await stage.redis();
      const { ended } = stage.startClient({ options: impatient[client], forMs: 3500 });
      await sleep(1200);
      await redis.stop();
      await ended;
    },
  },
  {
    cause: "firewall",
    client,
    name: "SYNs are dropped",
    needsNetwork: true,
    produce: async (stage) => {
      const redis = await stage.redis();
      stage.drop(`tcp dport ${redis.port} drop`);
      await stage.client({ options: impatient[client], forMs: 5000 });
    },
  },
  {
    cause: "backlog-overflow",
    client,
    name: "a full listen queue",
    needsNetwork: true,
    produce: async (stage) => {
      const redis = await stage.redis({ args: ["--tcp-backlog", "1"] });
      const working = stage.startClient({ options: impatient[client], forMs: 9000 });
      await sleep(1200);
      await redis.freeze();
      await hold(stage, redis.port, 6);
      const late = stage.startClient({ options: impatient[client], forMs: 5000 });
      await Promise.all([late.ended, working.ended]);
    },
  },
  {
    cause: "dns",
    client,
    name: "a name that does not resolve",
    produce: async (stage) => {
      stage.url = "redis://cache.invalid:6379";
      await stage.capture(6379);
      await stage.client({ options: impatient[client], forMs: 2500 });
    },
  },
  {
    cause: "maxclients",
    client,
    name: "all connections are taken",
    produce: async (stage) => {
      const redis = await stage.redis({ args: ["--maxclients", "6"] });
      await hold(stage, redis.port, 6);
      await stage.client({ options: impatient[client], forMs: 2500 });
    },
  },
  {
    cause: "auth",
    client,
    name: "a password that the client does not know",
    produce: async (stage) => {
      const redis = await stage.redis({ requirepass: "right" });
      stage.url = `redis://:wrong@127.0.0.1:${redis.port}`;
      await stage.client({ options: impatient[client], forMs: 2000 });
    },
  },
  {
    cause: "tls",
    client,
    name: "a plain client for a server that speaks TLS",
    produce: async (stage) => {
      const redis = await stage.redis({ tls: true });
      stage.url = `redis://127.0.0.1:${redis.port}`;
      await stage.client({ options: impatient[client], forMs: 2500 });
    },
  },
  {
    cause: "tls",
    client,
    name: "a certificate that nobody trusts",
    produce: async (stage) => {
      const redis = await stage.redis({ tls: true });
      stage.url = `rediss://127.0.0.1:${redis.port}`;
      await stage.client({ options: impatient[client], forMs: 2500 });
    },
  },
  {
    cause: "protected-mode",
    client,
    name: "a client from another address",
    needsNetwork: true,
    produce: async (stage) => {
      const redis = await stage.redis({ args: ["--bind", "0.0.0.0", "--protected-mode", "yes"] });
      stage.shell("ip addr replace 10.99.0.1/32 dev lo");
      stage.url = `redis://10.99.0.1:${redis.port}`;
      await stage.client({ options: impatient[client], forMs: 2500 });
    },
  },
]);
