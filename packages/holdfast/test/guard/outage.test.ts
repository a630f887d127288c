import { setTimeout as delay } from "node:timers/promises";
import { startProxy, startRedis } from "@holdfast/testbed";
import { describe, expect, it, onTestFinished } from "vitest";
import type { GuardEvents } from "../../src/index.ts";
import type { GuardedClient } from "./support.ts";
import { clientKinds, connectedClient, eventually, settled, steadily } from "./support.ts";

async function redis() {
  const server = await startRedis();
  onTestFinished(() => server.close());
  return server;
}

async function proxied() {
  const server = await redis();
  const proxy = await startProxy({ upstreamPort: server.port });
  onTestFinished(() => proxy.close());
  return { server, proxy };
}

/** When the breaker of a guard opened, counted from now. */
function opening({ guard }: GuardedClient): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    guard.on("state", ({ to }) => {
      if (to === "open") resolve(performance.now() - startedAt);
    });
  });
}

describe.each(clientKinds)("%s in an outage", (kind) => {
  it("refuses at once while Redis is gone, and works again within a second of its return", async () => {
    const server = await redis();
    const { client, guard } = await connectedClient(kind, server.port);
    await client.set("k", "v");
    await server.kill();
    await eventually(() => guard.state === "open");
    const refused = await settled(client.get("k"));
    expect(refused.error).toMatchObject({ code: "HOLDFAST_OPEN", outcome: "not-sent" });
    expect(refused.ms).toBeLessThan(50);
    await server.restart({ empty: true });
    const recoveryMs = await eventually(
      async () => (await settled(client.get("k"))).value === null,
    );
    expect(recoveryMs).toBeLessThan(1_000);
    expect(guard.state).toBe("closed");
  });

  it("still comes back within a second when Redis was away for long", async () => {
    const server = await redis();
    const { client } = await connectedClient(kind, server.port);
    await server.kill();
    await delay(4_000);
    await server.restart({ empty: true });
    expect(
      await eventually(async () => (await settled(client.get("k"))).error === undefined),
    ).toBeLessThan(1_000);
  });

  it("notices a frozen server within 300 ms of the first command, ten commands a second", async () => {
    const server = await redis();
    const guarded = await connectedClient(kind, server.port);
    const recycled = new Promise<GuardEvents["recycle"]>((resolve) => {
      guarded.guard.on("recycle", resolve);
    });
    await server.freeze();
    const opened = opening(guarded);
    const load = steadily(100, () => guarded.client.get("k"));
    // 100 ms until the first command is sent; the rest is room for a busy machine.
    expect(await opened).toBeLessThan(100 + 300 + 150);
    await recycled;
    await server.thaw();
    await eventually(async () => (await settled(guarded.client.get("k"))).error === undefined);
    const results = await load.stop();
    expect(results.every(({ ms }) => ms < 1_100)).toBe(true);
  });

  it("notices a path that swallows everything, and heals when it is back", async () => {
    const { proxy } = await proxied();
    const guarded = await connectedClient(kind, proxy.port);
    await proxy.blackhole();
    const opened = opening(guarded);
    const load = steadily(20, () => guarded.client.get("k"));
    expect(await opened).toBeLessThan(600);
    await delay(2_000);
    await proxy.clear();
    const healed = await eventually(
      async () => (await settled(guarded.client.get("k"))).error === undefined,
    );
    expect(healed).toBeLessThan(1_000);
    await load.stop();
  });

  it("does not take a slow server for a silent one", async () => {
    const { proxy } = await proxied();
    const guarded = await connectedClient(kind, proxy.port);
    const { accepted } = proxy.stats();
    await proxy.latency({ ms: 150 });
    // A PING is answered after its time-out too, so only the bytes tell that somebody is there.
    const slow = await settled(guarded.client.get("k"));
    expect(slow).toMatchObject({ value: null });
    expect(slow.ms).toBeGreaterThan(140);
    const opened = opening(guarded);
    const load = steadily(20, () => guarded.client.get("k"));
    await opened;
    await delay(1_000);
    await load.stop();
    expect(guarded.guard.health().recycled).toBe(0);
    expect(proxy.stats().accepted).toBe(accepted);
    await proxy.clear();
    expect(await guarded.guard.ready({ timeoutMs: 5_000 })).toBe(true);
  });

  it("rejects reads that wait for a reply in the turn in which the breaker opens", async () => {
    const server = await redis();
    const { client, guard } = await connectedClient(kind, server.port);
    await server.freeze();
    const reads = Array.from({ length: 20 }, () => settled(client.get("k")));
    let turns = 0;
    let turnsToSettle: number | undefined;
    guard.on("state", ({ to }) => {
      if (to !== "open") return;
      const count = () => {
        turns++;
        if (turnsToSettle === undefined) setImmediate(count);
      };
      setImmediate(count);
    });
    const results = await Promise.all(reads);
    turnsToSettle = turns;
    expect(turnsToSettle).toBeLessThanOrEqual(1);
    for (const { error } of results) {
      expect(error).toMatchObject({ code: "HOLDFAST_OPEN", outcome: "unknown" });
    }
    await server.thaw();
  });

  it("paces its connections while every one of them is reset", async () => {
    const { proxy } = await proxied();
    const { client } = await connectedClient(kind, proxy.port);
    const { accepted } = proxy.stats();
    await proxy.resetMidReply({ every: 1 });
    const load = steadily(10, () => client.get("k"));
    await delay(3_000);
    const attempts = proxy.stats().accepted - accepted;
    expect(attempts).toBeGreaterThan(2);
    expect(attempts).toBeLessThan(25);
    await proxy.clear();
    expect(
      await eventually(async () => (await settled(client.get("k"))).error === undefined),
    ).toBeLessThan(1_000);
    const results = await load.stop();
    expect(results.every(({ ms }) => ms < 1_100)).toBe(true);
  });

  it("does not open for one reset, and repeats the reads that it cost", async () => {
    const { server, proxy } = await proxied();
    const { client, guard } = await connectedClient(kind, proxy.port);
    await server.command("SET", "k", "v");
    await proxy.dropReplies({ every: 1_000_000 });
    const states: string[] = [];
    guard.on("state", ({ to }) => states.push(to));
    const retries: number[] = [];
    guard.on("retry", ({ attempt }) => retries.push(attempt));
    await proxy.blackhole();
    const reads = Promise.all([client.get("k"), client.get("k")]);
    await delay(20);
    // Resets what stands and listens again.
    await proxy.down();
    await proxy.up();
    expect(await reads).toEqual(["v", "v"]);
    expect(states).toEqual([]);
    expect(retries).toEqual([1, 1]);
  });
});
