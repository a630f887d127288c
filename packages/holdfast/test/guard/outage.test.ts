import { setTimeout as delay } from "node:timers/promises";
import { startProxy, startRedis } from "@holdfast/testbed";
import { describe, expect, it, onTestFinished } from "vitest";
import type { GuardEvents } from "../../src/index.ts";
import type { GuardedClient, Settled } from "./support.ts";
import { connectedClient, eventually, newestKinds, settled, steadily } from "./support.ts";

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

/** Settles when the breaker of a guard opens. */
function opening({ guard }: GuardedClient): Promise<string> {
  return new Promise((resolve) => {
    guard.on("state", ({ to }) => {
      if (to === "open") resolve("opened");
    });
  });
}

/** A command's deadline passes: noticing takes a quarter of that, on a slow machine too. */
const deadlinePasses = () => delay(1_000, "the deadline passed");

/** Whether all had an answer by their deadline of 1 s, as far as a busy machine keeps its timers. */
const inTime = (results: readonly Settled<unknown>[]) => results.every(({ ms }) => ms < 5_000);

/** Turns of the event loop until `promise` settles. */
async function turnsOf(promise: Promise<unknown>): Promise<number> {
  let turns = 0;
  let settled = false;
  const count = () => {
    turns++;
    if (!settled) setImmediate(count);
  };
  setImmediate(count);
  await promise.catch(() => {});
  settled = true;
  return turns;
}

describe.each(newestKinds)("%s in an outage", (kind) => {
  it("refuses at once while Redis is gone, and works again within a second of its return", async () => {
    const server = await redis();
    const { client, guard } = await connectedClient(kind, server.port);
    await client.set("k", "v");
    await server.kill();
    await eventually(() => guard.state === "open");
    const refused = settled(client.get("k"));
    expect(await turnsOf(refused)).toBeLessThanOrEqual(1);
    expect((await refused).error).toMatchObject({ code: "HOLDFAST_OPEN", outcome: "not-sent" });
    await server.restart({ empty: true });
    await eventually(async () => (await settled(client.get("k"))).value === null);
    expect(guard.state).toBe("closed");
  });

  it("tries no more rarely when Redis is away for long, so that it comes back as soon", async () => {
    const server = await redis();
    const { client, guard } = await connectedClient(kind, server.port);
    const attempts: number[] = [];
    await server.kill();
    guard.on("failure", () => attempts.push(performance.now()));
    // Doubled from 25 ms on without a bound, the tenth pause would be 12 s.
    await eventually(() => attempts.length >= 8);
    const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(Math.max(...pauses.slice(-2))).toBeLessThan(5 * Math.max(...pauses.slice(3, 5), 250));
    await server.restart({ empty: true });
    await eventually(async () => (await settled(client.get("k"))).error === undefined);
  });

  it("notices a frozen server before the first command has used up its deadline", async () => {
    const server = await redis();
    const guarded = await connectedClient(kind, server.port);
    const recycled = new Promise<GuardEvents["recycle"]>((resolve) => {
      guarded.guard.on("recycle", resolve);
    });
    await server.freeze();
    const opened = opening(guarded);
    const first = settled(guarded.client.get("k"));
    const load = steadily(100, () => guarded.client.get("k"));
    expect(await Promise.race([opened, deadlinePasses()])).toBe("opened");
    expect((await first).error).toMatchObject({ code: "HOLDFAST_OPEN" });
    await recycled;
    await server.thaw();
    await eventually(async () => (await settled(guarded.client.get("k"))).error === undefined);
    expect(inTime(await load.stop())).toBe(true);
  });

  it("notices a path that swallows everything, and heals when it is back", async () => {
    const { proxy } = await proxied();
    const guarded = await connectedClient(kind, proxy.port);
    await proxy.blackhole();
    const opened = opening(guarded);
    const load = steadily(20, () => guarded.client.get("k"));
    expect(await Promise.race([opened, deadlinePasses()])).toBe("opened");
    await delay(700);
    await proxy.clear();
    await eventually(async () => (await settled(guarded.client.get("k"))).error === undefined);
    expect(inTime(await load.stop())).toBe(true);
  });

  it("does not take a slow server for a silent one", async () => {
    const { proxy } = await proxied();
    const guarded = await connectedClient(kind, proxy.port);
    const { accepted } = proxy.stats();
    await proxy.latency({ ms: 150 });
    // A PING is answered after its time-out too, so only the bytes tell that somebody is there.
    const slow = await settled(guarded.client.get("k"));
    expect(slow).toMatchObject({ value: null });
    const opened = opening(guarded);
    const load = steadily(20, () => guarded.client.get("k"));
    await opened;
    await delay(600);
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
    await delay(1_500);
    const attempts = proxy.stats().accepted - accepted;
    expect(attempts).toBeGreaterThan(1);
    // The raw clients make some hundred in this time.
    expect(attempts).toBeLessThan(20);
    await proxy.clear();
    await eventually(async () => (await settled(client.get("k"))).error === undefined);
    expect(inTime(await load.stop())).toBe(true);
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
