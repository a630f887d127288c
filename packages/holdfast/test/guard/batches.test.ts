import { startProxy, startRedis } from "@holdfast/testbed";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Guard } from "../../src/index.ts";
import { clientKinds, connectedClient, eventually, isNodeRedis, settled } from "./support.ts";

interface Pipeline {
  incr(key: string, callback?: (error: unknown) => void): Pipeline;
  get(key: string): Pipeline;
  exec(): Promise<unknown>;
  execAsPipeline(): Promise<unknown>;
  addCommand(args: readonly string[]): Pipeline;
  call(name: string, ...args: string[]): Pipeline;
}

interface Sending {
  watch(key: string): Promise<unknown>;
  unwatch(): Promise<unknown>;
  sendCommand(args: readonly string[]): Promise<unknown>;
  call(name: string, ...args: string[]): Promise<unknown>;
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

  const raw = (client: unknown, ...args: string[]): Promise<unknown> =>
    isNodeRedis(kind)
      ? (client as Sending).sendCommand(args)
      : (client as Sending).call(...(args as [string]));
  const inPipeline = (client: unknown, ...commands: string[][]): Promise<unknown> => {
    const batch = begin(client, "pipeline");
    for (const args of commands) {
      if (isNodeRedis(kind)) batch.addCommand(args);
      else batch.call(...(args as [string]));
    }
    return execute(batch, "pipeline");
  };
  const replaced = async (proxy: Awaited<ReturnType<typeof startProxy>>, guard: Guard) => {
    await proxy.down();
    await eventually(() => guard.health().connections.up === 0);
    await proxy.up();
    expect(await guard.ready({ timeoutMs: 10_000 })).toBe(true);
  };
  const ways: Record<string, (client: unknown) => Promise<unknown>> = {
    "by the client's method": (client) => (client as Sending).watch("n"),
    "by a raw WATCH": (client) => raw(client, "WATCH", "n"),
    "by a raw watch": (client) => raw(client, "watch", "n"),
    "in a pipeline": (client) => inPipeline(client, ["WATCH", "n"]),
  };

  it.each(Object.keys(ways))(
    "does not run when the connection is gone on which its keys were watched %s",
    async (way) => {
      const { server, proxy } = await proxied();
      const { client, guard } = await connectedClient(kind, proxy.port);
      const watch = () => ways[way]?.(client);
      const run = () => settled(begin(client, "transaction").incr("n").exec());
      const expectRefused = async () => {
        const result = await run();
        if (isNodeRedis(kind)) expect(result.error?.constructor.name).toBe("WatchError");
        else expect(result.value).toBeNull();
        expect(await server.command("GET", "n")).toBeNull();
      };
      await watch();
      await replaced(proxy, guard);
      await expectRefused();
      // What is watched on the new connection does not bring back what was on the old one.
      await watch();
      await replaced(proxy, guard);
      await raw(client, "watch", "other");
      await expectRefused();
      // What the application no longer relies on is no condition.
      await watch();
      await replaced(proxy, guard);
      if (way === "by the client's method") await (client as unknown as Sending).unwatch();
      else await raw(client, "UNWATCH");
      expect((await run()).error).toBeUndefined();
      expect(await server.command("GET", "n")).toBe("1");
      // And with its connection in place, the server decides.
      await watch();
      expect((await run()).error).toBeUndefined();
      expect(await server.command("GET", "n")).toBe("2");
    },
  );

  it("does not run without its condition when it is written command by command", async () => {
    const { server, proxy } = await proxied();
    const { client, guard } = await connectedClient(kind, proxy.port);
    await raw(client, "WATCH", "n");
    await replaced(proxy, guard);
    await raw(client, "MULTI");
    await raw(client, "INCR", "n");
    expect(await raw(client, "EXEC")).toBeNull();
    expect(await server.command("GET", "n")).toBeNull();
    await raw(client, "watch", "n");
    await replaced(proxy, guard);
    const replies = await inPipeline(client, ["multi"], ["unwatch"], ["incr", "n"], ["exec"]);
    const last = (replies as unknown[]).at(-1);
    expect(isNodeRedis(kind) ? last : (last as unknown[])[1]).toBeNull();
    expect(await server.command("GET", "n")).toBeNull();
    await inPipeline(client, ["multi"], ["incr", "n"], ["exec"]);
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
