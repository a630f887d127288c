import { startRedis } from "@holdfast/testbed";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { protect } from "../../src/index.ts";
import type { TestedKind } from "./support.ts";
import { clientKinds, connectedClient, isNodeRedis, oldestKinds, rawClient } from "./support.ts";

/*
 * The members that the hooks rest on, most of them internal, for every supported line of releases:
 * a release that changes one fails here by name before it fails anywhere else by behaviour.
 */

const nodeRedisMethods = ["sendCommand", "_executeMulti", "_executePipeline", "connect"]
  .concat(["close", "destroy", "disconnect", "quit", "duplicate", "emit", "prependListener"])
  .concat(["subscribe", "pSubscribe", "sSubscribe", "unsubscribe", "pUnsubscribe", "sUnsubscribe"]);

const ioredisMethods = ["sendCommand", "flushQueue", "call", "connect", "disconnect"].concat([
  "duplicate",
  "pipeline",
  "multi",
  "prependListener",
]);

const kinds = [...new Set([...clientKinds, ...oldestKinds])];

/** The object that the hooks are put on. */
function targetOf(kind: TestedKind, client: object): Record<string, unknown> {
  return (isNodeRedis(kind) ? Reflect.get(client, "_self") : client) as Record<string, unknown>;
}

describe.each(kinds)("%s", (kind) => {
  const methods = isNodeRedis(kind) ? nodeRedisMethods : ioredisMethods;
  let server: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());

  it("has every member that is hooked or called", async () => {
    const target = targetOf(kind, rawClient(kind, server.port));
    expect(methods.filter((name) => typeof target[name] !== "function")).toEqual([]);
  });

  it("sends typed and raw commands through the hooked member", async () => {
    const client = rawClient(kind, server.port);
    const target = targetOf(kind, client);
    const { sendCommand } = target as { sendCommand: (...values: unknown[]) => unknown };
    const seen: string[] = [];
    Object.defineProperty(target, "sendCommand", {
      value(this: object, command: string[] & { name?: string }, ...rest: unknown[]) {
        seen.push(String(command.name ?? command[0]).toUpperCase());
        return sendCommand.call(this, command, ...rest);
      },
    });
    await client.connect();
    await client.get("k");
    await client.incr("n");
    expect(seen.filter((name) => name === "GET" || name === "INCR")).toEqual(["GET", "INCR"]);
  });

  it.each(methods)("is refused by name and version without %s, and nothing is changed", (name) => {
    const client = rawClient(kind, server.port);
    const target = targetOf(kind, client);
    const genuine = target[name];
    // What tells the library from others must stay; without it, it is no known client at all.
    Object.defineProperty(target, name, { value: undefined, configurable: true, writable: true });
    const before = Object.getOwnPropertyNames(target).sort();
    expect(() => protect(client)).toThrow(
      name === "sendCommand" || (name === "call" && !isNodeRedis(kind))
        ? /not a known Redis client/
        : new RegExp(`(redis|client|ioredis|iovalkey) \\d+\\.\\d+\\.\\d+ lacks ${name};`),
    );
    expect(Object.getOwnPropertyNames(target).sort()).toEqual(before);
    // The test's own clean-up needs it.
    Object.defineProperty(target, name, { value: genuine, configurable: true, writable: true });
  });

  it("can be asked how much has arrived, which tells a slow server from a silent one", async () => {
    const { client, guard } = await connectedClient(kind, server.port);
    await client.get("k");
    expect(guard.health().connections.up).toBe(1);
    const target = targetOf(kind, client);
    // Releases of node-redis before 5.11 do not show their queue: see "before 5.11" in the docs.
    if (kind === "node-redis 5.0") expect(target._getQueue).toBeUndefined();
    else if (isNodeRedis(kind)) expect(target._getQueue).toBeTypeOf("function");
    else expect((target.stream as { bytesRead?: number }).bytesRead).toBeGreaterThan(0);
  });
});
