import { startRedis } from "@holdfast/testbed";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// The table is internal: the guard decides by it, and nobody else asks.
import { commandClass } from "../../src/commands/index.ts";

type Server = Awaited<ReturnType<typeof startRedis>>;

interface Command {
  readonly name: string;
  readonly flags: ReadonlySet<string>;
}

/** Write commands that only read unless an argument says otherwise. */
const readsWithoutArguments: ReadonlySet<string> = new Set([
  "getex",
  "sort",
  "bitfield",
  "georadius",
  "georadiusbymember",
]);

let server: Server;
let commands: readonly Command[];

beforeAll(async () => {
  server = await startRedis();
  commands = ((await server.command("COMMAND")) as unknown[][]).map(([name, , flags]) => ({
    name: String(name),
    flags: new Set(flags as string[]),
  }));
});
afterAll(() => server.close());

const flagged = (flag: string): Command[] => commands.filter(({ flags }) => flags.has(flag));

describe("the command table, against a server's own", () => {
  it("has something to compare with", () => {
    expect(commands.length).toBeGreaterThan(200);
  });

  it("takes no write for a command that may be repeated without a thought", () => {
    const wrong = flagged("write").filter(
      ({ name }) => commandClass(name) === "read" && !readsWithoutArguments.has(name),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it("knows every read of the server as one, so that it is retried", () => {
    const wrong = flagged("readonly").filter(({ name }) =>
      ["relative", "absolute"].includes(commandClass(name)),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it("knows every command that may keep its caller waiting", () => {
    const block: Record<string, unknown[]> = {
      xread: ["BLOCK", "0", "STREAMS", "s", "0"],
      xreadgroup: ["GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">"],
    };
    const wrong = flagged("blocking").filter(
      ({ name }) => commandClass(name, block[name] ?? []) !== "blocking",
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it("takes no administrative command for data", () => {
    const wrong = flagged("admin").filter(({ name, flags }) => {
      const found = commandClass(name);
      return !flags.has("write") && (found === "absolute" || found === "relative");
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});
