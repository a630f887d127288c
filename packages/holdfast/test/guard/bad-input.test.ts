import { startRedis } from "@holdfast/testbed";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardOf, protect } from "../../src/index.ts";
import {
  clientKinds,
  connectedClient,
  endClient,
  eventually,
  isNodeRedis,
  rawClient,
  settled,
} from "./support.ts";

const own = (client: object) => Object.getOwnPropertyNames(client).sort();

describe.each(clientKinds)("protect() of a client of %s", (kind) => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());

  it.each([
    [{ deadlineMs: -1 }, /deadlineMs is -1/],
    [{ retry: { attempts: 1.5 } }, /attempts is 1.5/],
    [{ breaker: { failureRate: 2 } }, /failureRate is 2/],
    [{ commands: { GET: "write" } }, /commands is an object/],
    [{ mode: "on" }, /mode is "on"/],
    [{ nmae: "cache" }, /did you mean name/],
    [{ fallback: "value" }, /fallback is "value"/],
  ])("refuses %j by name, and patches nothing", (options, message) => {
    const client = rawClient(kind, server.port);
    const before = own(client);
    expect(() => protect(client, options as never)).toThrow(message);
    expect(own(client)).toEqual(before);
    expect(() => guardOf(client)).toThrow(/not guarded/);
  });

  it("guards a client through a Proxy, and finds its guard from both", async () => {
    const client = rawClient(kind, server.port);
    const wrapped = new Proxy(client, {});
    expect(protect(wrapped)).toBe(wrapped);
    if (isNodeRedis(kind)) {
      // Both lead to the object that holds the connection.
      expect(guardOf(client)).toBe(guardOf(wrapped));
      await client.connect();
      expect(await client.incr("proxied")).toBeGreaterThan(0);
      const { attempts } = guardOf(wrapped).health();
      expect(attempts).toBeGreaterThan(0);
    } else {
      await wrapped.connect();
      expect(await wrapped.incr("proxied")).toBeGreaterThan(0);
      expect(guardOf(wrapped).health().attempts).toBeGreaterThan(0);
    }
  });

  it("guards a subclass, whose own methods stay", async () => {
    const client = rawClient(kind, server.port);
    const extended = Object.assign(client, {
      async twice(key: string) {
        return [await client.incr(key), await client.incr(key)];
      },
    });
    const guarded = protect(extended);
    await guarded.connect();
    const [first = 0, second = 0] = await guarded.twice("twice");
    expect(second - first).toBe(1);
    expect(guardOf(guarded).health().attempts).toBeGreaterThanOrEqual(2);
  });

  it("guards a client that was closed, which then answers as a closed one, until it is opened", async () => {
    const client = rawClient(kind, server.port);
    await client.connect();
    endClient(client);
    await eventually(() =>
      isNodeRedis(kind)
        ? Reflect.get(client, "isOpen") === false
        : Reflect.get(client, "status") === "end",
    );
    protect(client);
    const refused = await settled(client.get("k"));
    expect(refused.error?.message).toMatch(/closed/i);
    await client.connect();
    expect(await client.get("none")).toBeNull();
  });

  it("is the client's own again after close(), and can be guarded anew with other options", async () => {
    const { client, guard } = await connectedClient(kind, server.port, { name: "first" });
    guard.close();
    guard.close();
    expect(guardOf(protect(client, { name: "second" })).name).toBe("second");
    expect(await client.get("none")).toBeNull();
  });
});

it.each([undefined, null, "redis://127.0.0.1", 6379, () => {}])("refuses %s", (client) => {
  expect(() => protect(client as never)).toThrow(/HOLDFAST_CLIENT|expected a/);
});

it("says of an object of another library where it comes from, where that can be told", () => {
  class Other {}
  expect(() => protect(new Other())).toThrow(/not a known Redis client/);
});
