import { describe, expect, it, onTestFinished } from "vitest";
import { RespConnection } from "../src/resp/connection.ts";
import type { RedisServer } from "../src/server/redis-server.ts";
import { type StartClusterOptions, startCluster } from "../src/server/start-cluster.ts";
import { startRedis } from "../src/server/start-redis.ts";
import { type StartSentinelOptions, startSentinel } from "../src/server/start-sentinel.ts";
import { createCertificates } from "../src/tls/certificates.ts";

const failoverTimeoutMs = 25_000;

/**
 * Sentinel makes a returned primary a replica after it has looked sane for 8 s, which it notices by an
 * INFO every 10 s: 20 s as a rule, 10 s more for each hiccup in between that counts as down, and 30 s
 * after its own process stood still for 2 s (tilt).
 */
const demotionTimeoutMs = 100_000;

async function sentinelDeployment(options: StartSentinelOptions = {}) {
  const deployment = await startSentinel(options);
  onTestFinished(() => deployment.close());
  return deployment;
}

async function clusterDeployment(options: StartClusterOptions = {}) {
  const deployment = await startCluster(options);
  onTestFinished(() => deployment.close());
  return deployment;
}

async function waitForOther(
  before: RedisServer,
  ask: () => Promise<RedisServer>,
): Promise<RedisServer> {
  let now = before;
  await expect
    .poll(
      async () => {
        now = await ask().catch(() => before);
        return now !== before;
      },
      { timeout: failoverTimeoutMs, interval: 100 },
    )
    .toBe(true);
  return now;
}

describe("startSentinel", () => {
  it("has replicas in step and sentinels that promote one when the primary dies", async () => {
    const { servers, sentinels, primary } = await sentinelDeployment({ downAfterMs: 500 });
    expect([servers.length, sentinels.length]).toEqual([3, 3]);
    const first = await primary();
    expect(first).toBe(servers[0]);
    await first.command("SET", "key", "value");
    expect(await first.command("WAIT", 2, 5_000)).toBe(2);
    await first.kill();
    const second = await waitForOther(first, primary);
    await expect
      .poll(() => second.command("SET", "key", "after").catch(String), { timeout: 10_000 })
      .toBe("OK");
    await first.restart();
    // Not by a value: a hiccup of half a second has the sentinels promote yet another server.
    await expect
      .poll(() => first.command("ROLE").then(String, String), { timeout: demotionTimeoutMs })
      .toMatch(/^slave,.*,connected,/);
  }, 180_000);

  it("fails over when it is asked to, with a password, by any name", async () => {
    const deployment = await sentinelDeployment({
      name: "sessions",
      requirepass: "secret",
      replicas: 1,
      sentinels: 1,
    });
    const first = await deployment.primary();
    const second = await deployment.failover();
    expect(second).not.toBe(first);
    expect(await second.command("SET", "key", "value")).toBe("OK");
  }, 60_000);

  it.each([{ replicas: -1 }, { sentinels: 0 }, { downAfterMs: 0 }, { startTimeoutMs: 0 }])(
    "refuses %j",
    async (options) => {
      await expect(startSentinel(options)).rejects.toMatchObject({ code: "OPTIONS" });
    },
  );
});

describe("startCluster", () => {
  it("serves every slot, sends callers on, and promotes a replica when a node dies", async () => {
    const cluster = await clusterDeployment({ requirepass: "secret", nodeTimeoutMs: 500 });
    expect(cluster.servers).toHaveLength(6);
    const owner = await cluster.ownerOf("foo");
    expect(await owner.command("SET", "foo", "bar")).toBe("OK");
    const other = await cluster.ownerOf("hello");
    expect(other).not.toBe(owner);
    await expect(other.command("GET", "foo")).rejects.toMatchObject({
      prefix: "MOVED",
      message: expect.stringContaining(`127.0.0.1:${owner.port}`),
    });
    expect(await owner.command("WAIT", 1, 5_000)).toBe(1);
    await owner.kill();
    const next = await waitForOther(owner, () => cluster.ownerOf("foo"));
    await expect
      .poll(() => next.command("GET", "foo").catch(String), { timeout: 10_000 })
      .toBe("bar");
  }, 60_000);

  it("has nodes that are the same ones after an empty restart", async () => {
    const { servers } = await clusterDeployment({ primaries: 1, replicasEach: 0 });
    const [only] = servers;
    const id = await only?.command("CLUSTER", "MYID");
    await only?.restart({ empty: true });
    expect(await only?.command("CLUSTER", "MYID")).toBe(id);
  });

  it.each([{ primaries: 0 }, { replicasEach: 3 }, { nodeTimeoutMs: 1 }])(
    "refuses %j",
    async (options) => {
      await expect(startCluster(options)).rejects.toMatchObject({ code: "OPTIONS" });
    },
  );
});

describe("startRedis with TLS", () => {
  it("speaks TLS to whoever trusts its authority, and nothing else", async () => {
    const server = await startRedis({ tls: true });
    onTestFinished(() => server.close());
    expect(await server.command("PING")).toBe("PONG");
    const { port, certificates } = server;
    const trusting = await RespConnection.connect({ port, tls: { ca: certificates?.ca ?? "" } });
    expect(await trusting.command("PING")).toBe("PONG");
    await trusting.close();
    await expect(RespConnection.connect({ port, tls: {} })).rejects.toThrow(/certificate/);
    const plain = await RespConnection.connect({ port });
    await expect(plain.command("PING")).rejects.toMatchObject({
      code: expect.stringMatching(/CONNECTION_LOST|PROTOCOL/),
    });
  });

  it("can have a certificate that has expired", async () => {
    const validTo = new Date(Date.now() - 60_000);
    const server = await startRedis({ tls: createCertificates({ validTo }) });
    onTestFinished(() => server.close());
    expect(await server.command("PING")).toBe("PONG");
    const { port, certificates } = server;
    await expect(
      RespConnection.connect({ port, tls: { ca: certificates?.ca ?? "" } }),
    ).rejects.toMatchObject({ code: "CERT_HAS_EXPIRED" });
  });
});
