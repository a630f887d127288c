import { describe, expect, it } from "vitest";
import { type CommandClass, commandClass } from "./index.ts";

const expectations: Readonly<Record<CommandClass, readonly string[]>> = {
  read: [
    "GET k",
    "MGET a b",
    "PING",
    "EVAL_RO return 1",
    "SORT k",
    "GETEX k",
    "BITFIELD k GET u8 0",
    "XREAD COUNT 1 STREAMS s 0",
    "XREAD STREAMS block 0",
    "CONFIG GET maxmemory",
    "FUNCTION LIST",
    "PFCOUNT k",
    "GEORADIUS k 0 0 1 km",
    "JSON.GET k",
    "HGETEX k FIELDS 1 f",
  ],
  absolute: [
    "SET k v",
    "SET k v XX EX 10",
    "SET k NX",
    "GETEX k EX 10",
    "ZADD k 1 m",
    "ZADD k GT 1 m",
    "DEL k",
    "XADD k 1-1 f v",
    "XADD k MAXLEN ~ 100 5 f v",
    "XADD k IDMPAUTO producer * f v",
    "LTRIM k 0 99",
    "LTRIM k -100 -1",
    "LREM k 0 v",
    "ZUNIONSTORE d 2 a b",
    "BITOP OR d a b",
    "BITFIELD k SET u8 0 1",
    "SORT k STORE d",
    "COPY a b REPLACE",
    "SCRIPT LOAD x",
    "JSON.DEL k $.a",
    "GEORADIUSBYMEMBER k m 1 km STORE d",
  ],
  relative: [
    "SET k v NX PX 100",
    "SET k v GET",
    "INCR k",
    "LPUSH k v",
    "ZADD k INCR 1 m",
    "XADD k * f v",
    "XADD k NOMKSTREAM MAXLEN 10 * f v",
    "XADD k 5-* f v",
    "LTRIM k 1 -1",
    "LREM k 1 v",
    "ZUNIONSTORE a 2 a b",
    "BITOP XOR a a b",
    "BITFIELD k SET u8 0 1 INCRBY u8 0 1",
    "EVAL x 0",
    "EXEC",
    "COPY a b",
    "RESTORE k 0 x",
    "SPOP k",
    "XREADGROUP GROUP g c STREAMS s >",
    "JSON.DEL k $[0]",
    "XGROUP CREATE s g $",
    "NO.SUCH.COMMAND",
  ],
  blocking: ["BLPOP k 1", "XREAD BLOCK 0 STREAMS s $", "XREADGROUP GROUP g c BLOCK 1 STREAMS s >"],
  connection: ["SELECT 1", "AUTH x", "MULTI", "SUBSCRIBE c", "CLIENT SETNAME x", "WATCH k"],
  administrative: [
    "FLUSHALL",
    "CONFIG SET maxmemory 1",
    "SHUTDOWN",
    "CLIENT KILL x",
    "DEBUG SLEEP 1",
  ],
};

describe("commandClass", () => {
  for (const [expected, lines] of Object.entries(expectations)) {
    it.each(lines)(`tells that %s is ${expected}`, (line) => {
      const [name = "", ...args] = line.split(" ");
      expect(commandClass(name, args)).toBe(expected);
      expect(commandClass(name.toLowerCase(), [name, ...args], 1)).toBe(expected);
      expect(
        commandClass(
          name,
          args.map((arg) => Buffer.from(arg)),
        ),
      ).toBe(expected);
    });
  }

  it("takes a subcommand that is part of the name, and any case", () => {
    expect(commandClass("config get")).toBe("read");
    expect(commandClass("Set", ["k", "v"])).toBe("absolute");
  });

  it("takes arguments of any kind for data", () => {
    for (const odd of [null, undefined, {}, Symbol("x"), 10n, "x".repeat(1_000_000)]) {
      expect(commandClass("SET", ["k", odd, odd])).toBe("absolute");
    }
  });
});
