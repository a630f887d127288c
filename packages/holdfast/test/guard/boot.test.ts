import { createServer } from "node:net";
import { startProxy, startRedis } from "@holdfast/testbed";
import { describe, expect, it, onTestFinished } from "vitest";
import { clientKinds, connectedClient, eventually, guardedClient, settled } from "./support.ts";

async function redis(args: readonly string[] = []) {
  const server = await startRedis({ args });
  onTestFinished(() => server.close());
  return server;
}

/** A server that accepts and never says a word. */
async function silentServer(): Promise<number> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as { port: number }).port;
}

describe.each(clientKinds)("%s boots without Redis", (kind) => {
  it("settles connect() when Redis is absent, and heals when it comes", async () => {
    const server = await redis();
    await server.kill();
    const { client, guard } = guardedClient(kind, server.port);
    const boot = await settled(client.connect());
    expect(boot.error).toBeUndefined();
    const early = await settled(client.get("k"));
    expect(["HOLDFAST_OPEN", "HOLDFAST_UNAVAILABLE"]).toContain(early.error?.code);
    expect(early.error?.outcome).toBe("not-sent");
    expect(await guard.ready({ timeoutMs: 50 })).toBe(false);
    await server.restart({ empty: true });
    await eventually(() => guard.ready({ timeoutMs: 100 }));
    expect(await client.incr("n")).toBe(1);
  });

  it("settles connect() within its deadline when the server is silent, and heals", async () => {
    const server = await redis();
    const proxy = await startProxy({ upstreamPort: server.port });
    onTestFinished(() => proxy.close());
    await proxy.blackhole();
    const { client, guard } = guardedClient(kind, proxy.port);
    const boot = await settled(client.connect());
    expect(boot.error).toBeUndefined();
    await proxy.clear();
    await eventually(() => guard.ready({ timeoutMs: 100 }));
    expect(await client.set("k", "v")).toBe("OK");
  });

  it("settles connect() by the deadline though the attempt itself has longer", async () => {
    const options = { attemptTimeoutMs: 4_000, deadlineMs: 300 };
    const { client } = guardedClient(kind, await silentServer(), options);
    let isAttemptOver = false;
    setTimeout(() => {
      isAttemptOver = true;
    }, options.attemptTimeoutMs);
    await settled(client.connect());
    expect(isAttemptOver).toBe(false);
  });

  it("does not keep commands for a server that never speaks", async () => {
    const { client, guard } = guardedClient(kind, await silentServer(), { deadlineMs: 300 });
    await client.connect();
    const results = await Promise.all(Array.from({ length: 250 }, () => settled(client.get("k"))));
    const codes = new Set(results.map(({ error }) => error?.code));
    // node-redis 5.0 takes a silent server for a ready one; then the breaker knows better.
    if (kind !== "node-redis 5.0") {
      expect([...codes].sort()).toEqual(["HOLDFAST_OVERLOADED", "HOLDFAST_UNAVAILABLE"]);
      const waited = results.filter(({ error }) => error?.code === "HOLDFAST_UNAVAILABLE");
      expect(waited).toHaveLength(100);
    }
    for (const { error } of results) expect(error?.code).toMatch(/^HOLDFAST_/);
    expect(guard.health().waiting).toBe(0);
  });

  it("waits out a server that is loading", async () => {
    const server = await redis(["--enable-debug-command", "yes", "--key-load-delay", "300"]);
    await server.command("DEBUG", "POPULATE", "5000");
    await server.command("SAVE");
    await server.kill();
    const restarted = server.restart();
    const { client, guard } = guardedClient(kind, server.port);
    expect((await settled(client.connect())).error).toBeUndefined();
    await restarted;
    expect(await guard.ready({ timeoutMs: 10_000 })).toBe(true);
    expect((await settled(client.get("k"))).error).toBeUndefined();
  });

  it("lives on without an 'error' listener when Redis dies", async () => {
    const server = await redis();
    const { client, guard } = await connectedClient(kind, server.port);
    await server.kill();
    await eventually(() => guard.health().connections.up === 0);
    // An error event without a listener would have failed this test as an uncaught exception.
    expect((await settled(client.get("k"))).error).toBeDefined();
  });
});
