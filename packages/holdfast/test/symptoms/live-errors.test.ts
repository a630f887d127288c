import { freePort, startProxy, startRedis } from "@holdfast/testbed";
import { classify, type SymptomId } from "holdfast/symptoms";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { describe, expect, it, onTestFinished } from "vitest";

/** What a client that was not hooked does with one command. */
interface Driver {
  send(...args: string[]): Promise<unknown>;
}

const drivers: Record<string, (port: number) => Promise<Driver>> = {
  async "node-redis"(port) {
    const client = createClient({
      socket: { host: "127.0.0.1", port, reconnectStrategy: false },
      disableOfflineQueue: true,
    });
    client.on("error", () => {});
    onTestFinished(() => client.destroy());
    await client.connect();
    return { send: (...args) => client.sendCommand(args) };
  },
  async ioredis(port) {
    const client = new Redis(port, "127.0.0.1", {
      lazyConnect: true,
      retryStrategy: () => null,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      commandTimeout: 1_000,
    });
    client.on("error", () => {});
    onTestFinished(() => client.disconnect());
    await client.connect();
    return { send: (name, ...args) => client.call(name as string, ...args) };
  },
};

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (reply) => expect.fail(`answered ${String(reply)}`),
    (error: unknown) => error,
  );
}

/** What makes the server refuse a command, which one, and what that is. */
const refusals: readonly (readonly [SymptomId, readonly string[][], string[]])[] = [
  ["oom", [["CONFIG", "SET", "maxmemory", "1"]], ["INCR", "n"]],
  ["noreplicas", [["CONFIG", "SET", "min-replicas-to-write", "1"]], ["INCR", "n"]],
  ["readonly", [["REPLICAOF", "127.0.0.1", "1"]], ["INCR", "n"]],
  [
    "masterdown",
    [
      ["CONFIG", "SET", "replica-serve-stale-data", "no"],
      ["REPLICAOF", "127.0.0.1", "1"],
    ],
    ["GET", "n"],
  ],
  ["noscript", [], ["EVALSHA", "0".repeat(40), "1", "n"]],
  ["wrongtype", [["RPUSH", "list", "a"]], ["INCR", "list"]],
  ["syntax", [], ["INCR", "n", "too", "many"]],
  ["auth", [["ACL", "SETUSER", "default", "-incr"]], ["INCR", "n"]],
];

describe.each(Object.entries(drivers))("an error of %s", (_, connect) => {
  it.each(refusals)(
    "that is %s says that nothing was executed, and nothing was",
    async (...row) => {
      const [symptom, preparation, command] = row;
      const server = await startRedis();
      onTestFinished(() => server.close());
      await server.command("SET", "n", "7");
      const client = await connect(server.port);
      for (const args of preparation) await server.command(...(args as [string, ...string[]]));
      const error = await failureOf(client.send(...command));
      expect(classify(error)).toMatchObject({ symptom, outcome: "refused", source: "reply" });
      await server.command("REPLICAOF", "NO", "ONE");
      expect(await server.command("GET", "n")).toBe("7");
    },
  );

  it("whose reply was lost does not claim that nothing was executed", async () => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    const proxy = await startProxy({ upstreamPort: server.port });
    onTestFinished(() => proxy.close());
    const client = await connect(proxy.port);
    await proxy.resetMidReply({ every: 1 });
    const error = await failureOf(client.send("INCR", "n"));
    expect(classify(error)).toMatchObject({ outcome: "unknown", countsAsFailure: true });
    expect(["reset", "not-connected"]).toContain(classify(error).symptom);
    expect(await server.command("GET", "n")).toBe("1");
  });

  it("of a client that has lost its connection says that nothing was sent, and nothing was", async () => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    const proxy = await startProxy({ upstreamPort: server.port });
    onTestFinished(() => proxy.close());
    const client = await connect(proxy.port);
    await proxy.down();
    await failureOf(client.send("GET", "n")).catch(() => {});
    const error = await failureOf(client.send("INCR", "n"));
    expect(classify(error).symptom).toBe("not-connected");
    expect(await server.command("GET", "n")).toBeNull();
  });

  it("that found nobody listening, or no such host, was not sent", async () => {
    const error = await failureOf(connect(await freePort()));
    expect(["refused", "not-connected"]).toContain(classify(error).symptom);
    expect(classify(error).countsAsFailure).toBe(true);
  });
});
