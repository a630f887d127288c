import { setTimeout as delay } from "node:timers/promises";
import { startProxy, startRedis } from "@holdfast/testbed";
import { describe, expect, it, onTestFinished } from "vitest";
import { clientKinds, connectedClient, eventually, settled } from "./support.ts";

async function proxied() {
  const server = await startRedis();
  onTestFinished(() => server.close());
  const proxy = await startProxy({ upstreamPort: server.port });
  onTestFinished(() => proxy.close());
  return { server, proxy };
}

describe.each(clientKinds)("%s never runs a command twice", (kind) => {
  it("says that it does not know when the reply to an INCR was lost", async () => {
    const { server, proxy } = await proxied();
    const { client } = await connectedClient(kind, proxy.port);
    await proxy.dropReplies({ every: 1 });
    const lost = await settled(client.incr("n"));
    expect(lost.error).toMatchObject({
      code: "HOLDFAST_UNAVAILABLE",
      outcome: "unknown",
      attempts: 1,
    });
    await proxy.clear();
    await eventually(async () => (await settled(client.get("n"))).error === undefined);
    expect(await server.command("GET", "n")).toBe("1");
  });

  it("counts between acknowledged and acknowledged + unknown under random resets", async () => {
    const { server, proxy } = await proxied();
    const { client } = await connectedClient(kind, proxy.port, { breaker: false });
    await proxy.resetMidReply({ probability: 0.03, seed: 7 });
    let acknowledged = 0;
    let unknown = 0;
    for (let round = 0; round < 100; round++) {
      const results = await Promise.all(Array.from({ length: 4 }, () => settled(client.incr("n"))));
      acknowledged += results.filter(({ error }) => error === undefined).length;
      unknown += results.filter(({ error }) => error?.outcome === "unknown").length;
    }
    await proxy.clear();
    const counted = Number((await server.command("GET", "n")) ?? 0);
    expect(acknowledged).toBeGreaterThan(0);
    expect(unknown).toBeGreaterThan(0);
    expect(counted).toBeGreaterThanOrEqual(acknowledged);
    expect(counted).toBeLessThanOrEqual(acknowledged + unknown);
  });

  it("never runs later what it rejected as not sent", async () => {
    const { server, proxy } = await proxied();
    const { client, guard } = await connectedClient(kind, proxy.port, { deadlineMs: 300 });
    await proxy.down();
    await eventually(() => guard.health().connections.up === 0);
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) => settled(client.set(`late:${index}`, "1"))),
    );
    for (const { error } of results) expect(error?.outcome).toBe("not-sent");
    await proxy.up();
    await guard.ready({ timeoutMs: 5_000 });
    await client.set("after", "1");
    await delay(200);
    expect(await server.command("KEYS", "*")).toEqual(["after"]);
  });

  it("repeats an INCR that the server refused to run", async () => {
    const { server, proxy } = await proxied();
    const retry = { baseMs: 200, jitter: "none" } as const;
    const { client } = await connectedClient(kind, proxy.port, { retry });
    await server.command("REPLICAOF", "127.0.0.1", "1");
    const pending = settled(client.incr("n"));
    await delay(50);
    await server.command("REPLICAOF", "NO", "ONE");
    expect(await pending).toMatchObject({ value: 1 });
  });

  it("gives the server's own error when it refuses for good", async () => {
    const { server, proxy } = await proxied();
    const { client } = await connectedClient(kind, proxy.port);
    await server.command("SET", "k", "word");
    const wrong = await settled(client.incr("k"));
    expect(wrong.error?.message).toBe("ERR value is not an integer or out of range");
    await server.command("REPLICAOF", "127.0.0.1", "1");
    const readonly = await settled(client.incr("n"));
    expect(readonly.error?.message).toMatch(/^READONLY/);
  });
});
