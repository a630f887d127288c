import { createHash } from "node:crypto";
import { startRedis } from "@holdfast/testbed";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { protect } from "../../src/index.ts";
import type { AnyClient } from "./support/shapes.ts";
import { shapesOf } from "./support/shapes.ts";
import type { TestedKind } from "./support/versions.ts";
import { newClient } from "./support/versions.ts";
import type { CommonClient } from "./support.ts";
import { clientKinds, endClient, isNodeRedis } from "./support.ts";

/** What came of a call, with the class of its error and what the error carries. */
async function outcomeOf(run: () => unknown): Promise<unknown> {
  try {
    return { value: plain(await run()) };
  } catch (error) {
    return { error: plain(error) };
  }
}

/** Comparable: errors by class, name, message and members, everything else as it is. */
function plain(value: unknown): unknown {
  if (value instanceof Error) {
    const members = Object.entries(value).filter(([name]) => name !== "stack");
    return {
      class: value.constructor.name,
      name: value.name,
      message: value.message,
      members: members.map(([name, member]) => [name, plain(member)]),
    };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return { map: plain([...value]) };
  if (value instanceof Set) return { set: plain([...value]) };
  if (Buffer.isBuffer(value)) return { bytes: value.toString("hex") };
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

describe.each(clientKinds)("a guarded client of %s on a healthy server", (kind: TestedKind) => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());

  async function connected(guarded: boolean): Promise<AnyClient> {
    const client = newClient(kind, server.port, optionsOf(kind)) as AnyClient;
    if (guarded) protect(client);
    onTestFinished(() => endClient(client as unknown as CommonClient));
    await client.connect?.();
    return client;
  }

  it.each(shapesOf(kind))("answers as the raw one does: %s", async (_name, run) => {
    const outcomes: unknown[] = [];
    for (const guarded of [false, true]) {
      await server.command("FLUSHALL");
      await server.command("SCRIPT", "FLUSH");
      await server.command("FUNCTION", "FLUSH");
      const client = await connected(guarded);
      outcomes.push(await outcomeOf(() => run(client)));
    }
    expect(JSON.stringify(outcomes[0])).not.toContain("is not a function");
    expect(outcomes[1]).toEqual(outcomes[0]);
  });
});

const lua = "return redis.call('INCRBY', KEYS[1], ARGV[1])";

const double = {
  node: {
    NUMBER_OF_KEYS: 1,
    SCRIPT: lua,
    SHA1: createHash("sha1").update(lua).digest("hex"),
    parseCommand(parser: { pushKey(key: string): void; push(value: string): void }, key: string) {
      parser.pushKey(key);
      parser.push("2");
    },
    transformReply: (reply: number) => reply,
  },
  ioredis: { numberOfKeys: 1, lua },
};

function optionsOf(kind: TestedKind): Record<string, unknown> {
  return isNodeRedis(kind)
    ? { scripts: { double: double.node } }
    : { scripts: { double: double.ioredis } };
}
