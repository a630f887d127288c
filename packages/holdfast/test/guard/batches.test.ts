import { startProxy, startRedis } from "@holdfast/testbed";
import { describe, expect, it, onTestFinished } from "vitest";
import { clientKinds, connectedClient, eventually, isNodeRedis, settled } from "./support.ts";

interface Pipeline {
  incr(key: string, callback?: (error: unknown) => void): Pipeline;
  get(key: string): Pipeline;
  exec(): Promise<unknown>;
  execAsPipeline(): Promise<unknown>;
}

interface Batching {
  multi(): Pipeline;
  pipeline(): Pipeline;
}

async function proxied() {
  const server = await startRedis();
  onTestFinished(() => server.close());
  const proxy = await startProxy({ upstreamPort: server.port });
  onTestFinished(() => proxy.close());
  return { server, proxy };
}

/** The errors that a batch came to, wherever the library puts them. */
function errorsOf({ value, error }: { value?: unknown; error?: unknown }): unknown[] {
  if (error !== undefined) return [error];
  const members = Array.isArray(value) ? value : [];
  const errors = members.flatMap((member) => (Array.isArray(member) ? [member[0]] : [member]));
  return errors.filter((member) => member instanceof Error);
}

describe.each(clientKinds)("a batch of %s", (kind) => {
  const begin = (client: unknown, way: "transaction" | "pipeline"): Pipeline =>
    way === "pipeline" && !isNodeRedis(kind)
      ? (client as Batching).pipeline()
      : (client as Batching).multi();
  const execute = (batch: Pipeline, way: string) =>
    way === "pipeline" && isNodeRedis(kind) ? batch.execAsPipeline() : batch.exec();

  it.each(["transaction", "pipeline"] as const)(
    "whose connection is lost in the middle of the replies says of each %s what is known",
    async (way) => {
      const { server, proxy } = await proxied();
      const { client } = await connectedClient(kind, proxy.port);
      await proxy.resetMidReply({ every: 3 });
      const batch = begin(client, way);
      const seen: unknown[] = [];
      for (let count = 0; count < 5; count++) {
        if (isNodeRedis(kind)) batch.incr("n");
        else batch.incr("n", (error) => seen.push(error));
      }
      const result = await settled(execute(batch, way));
      const errors = [...errorsOf(result), ...seen.filter((error) => error instanceof Error)];
      expect(errors.length).toBeGreaterThan(0);
      for (const error of errors) {
        expect(error).toMatchObject({ name: "HoldfastError", outcome: "unknown" });
      }
      await proxy.clear();
      await eventually(async () => (await settled(client.get("n"))).error === undefined);
      expect(Number(await server.command("GET", "n"))).toBeLessThanOrEqual(5);
    },
  );

  it("does not run when the connection on which its keys were watched is gone", async () => {
    const { server, proxy } = await proxied();
    const { client, guard } = await connectedClient(kind, proxy.port);
    const watching = client as unknown as { watch(key: string): Promise<unknown> };
    await watching.watch("n");
    await proxy.down();
    await eventually(() => guard.health().connections.up === 0);
    await proxy.up();
    expect(await guard.ready({ timeoutMs: 10_000 })).toBe(true);
    const result = await settled(begin(client, "transaction").incr("n").exec());
    if (isNodeRedis(kind)) expect(result.error?.constructor.name).toBe("WatchError");
    else expect(result.value).toBeNull();
    expect(await server.command("GET", "n")).toBeNull();
    // The next one relies on nothing.
    expect((await settled(begin(client, "transaction").incr("n").exec())).error).toBeUndefined();
    expect(await server.command("GET", "n")).toBe("1");
  });

  it("is written whole or not at all", async () => {
    const { server, proxy } = await proxied();
    const { client, guard } = await connectedClient(kind, proxy.port, { deadlineMs: 300 });
    await proxy.down();
    await eventually(() => guard.health().connections.up === 0);
    const result = await settled(begin(client, "transaction").incr("n").incr("n").exec());
    for (const error of errorsOf(result)) expect(error).toMatchObject({ outcome: "not-sent" });
    expect(errorsOf(result).length).toBeGreaterThan(0);
    await proxy.up();
    expect(await guard.ready({ timeoutMs: 10_000 })).toBe(true);
    await client.set("after", "1");
    expect(await server.command("KEYS", "*")).toEqual(["after"]);
  });
});
