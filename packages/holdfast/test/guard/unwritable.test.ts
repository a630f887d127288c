import { setTimeout as delay } from "node:timers/promises";
import { startRedis } from "@holdfast/testbed";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { CommonClient, TestedKind } from "./support.ts";
import {
  clientKinds,
  connectedClient,
  eventually,
  isNodeRedis,
  rawClient,
  settled,
} from "./support.ts";

/** Neither library can make text of it. */
const noText = Object.create(null) as string;

type Raw = (name: unknown, value: string) => Promise<unknown>;

/** A command whose name is no text, as each library sends one that it has no method for. */
function callWith(kind: TestedKind, client: CommonClient, name: unknown): Promise<unknown> {
  const { call, sendCommand } = client as unknown as Record<"call" | "sendCommand", Raw>;
  return isNodeRedis(kind)
    ? sendCommand.call(client, [name, "x"], undefined as never)
    : call.call(client, name, "x");
}

interface Batches {
  multi(): { addCommand(args: unknown[]): { exec(): Promise<unknown> } };
  pipeline(): { call(name: unknown): { exec(): Promise<unknown> } };
}

function batchWith(kind: TestedKind, client: CommonClient): Promise<unknown> {
  const batches = client as unknown as Batches;
  return isNodeRedis(kind)
    ? batches.multi().addCommand([5]).exec()
    : batches.pipeline().call(5).exec();
}

const mistakes: readonly [string, (kind: TestedKind, client: CommonClient) => Promise<unknown>][] =
  [
    ["a name that is a number", (kind, client) => callWith(kind, client, 5)],
    ["no name", (kind, client) => callWith(kind, client, null)],
    ["a name that has no text", (kind, client) => callWith(kind, client, noText)],
    ["a value that has no text", (_kind, client) => client.set("k", noText)],
    ["a batch with such a name", batchWith],
  ];

/** What would end a process that does not listen for it. */
function strayErrors(): unknown[] {
  const strays: unknown[] = [];
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const note = (error: unknown) => strays.push(error);
  const before = events.map((event) => process.rawListeners(event));
  for (const event of events) process.removeAllListeners(event).on(event, note);
  onTestFinished(() => {
    events.forEach((event, index) => {
      process.removeAllListeners(event);
      for (const listener of before[index] ?? []) process.on(event, listener as () => void);
    });
  });
  return strays;
}

/** A promise of what it returns or throws, as `await` in a try-statement sees it. */
const attempted = (run: () => Promise<unknown>) => settled((async () => run())());

describe.each(clientKinds)("a command that %s cannot write", (kind) => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());

  it.each(["protect", "observe"] as const)(
    "fails as without a guard, keeps no place and ends nothing: mode %s",
    async (mode) => {
      const strays = strayErrors();
      const raw = rawClient(kind, server.port);
      await raw.connect();
      const { client, guard } = await connectedClient(kind, server.port, { mode, maxInFlight: 2 });
      for (const [what, run] of mistakes) {
        const expected = await attempted(() => run(kind, raw));
        expect(expected.error, what).toBeInstanceOf(TypeError);
        await raw.get("k");
        const own = strays.splice(0).length;
        for (let count = 0; count < 3; count++) {
          expect((await attempted(() => run(kind, client))).error, what).toBeInstanceOf(TypeError);
        }
        expect(await client.get("k"), what).toBeNull();
        // What the client leaves unhandled itself, a guard that only looks on leaves as it is.
        expect(strays.splice(0), what).toHaveLength(mode === "observe" ? own * 3 : 0);
      }
      await eventually(() => guard.health().inFlight === 0);
      // Longer than an attempt may take: what was left behind would have been looked at by now.
      await delay(300);
      expect(await client.get("k")).toBeNull();
      expect(guard.health()).toMatchObject({ inFlight: 0, waiting: 0, state: "closed" });
      expect(strays).toEqual([]);
    },
  );
});
