import { describe, expect, it } from "vitest";
import { blockingTimeoutMs } from "./index.ts";

const ask = (line: string): number | undefined => {
  const [name = "", ...args] = line.split(" ");
  return blockingTimeoutMs(name, args);
};

describe("blockingTimeoutMs", () => {
  it.each([
    ["BLPOP a b 2", 2000],
    ["blpop a 0.5", 500],
    ["BLMPOP 3 1 k LEFT", 3000],
    ["WAIT 1 250", 250],
    ["WAITAOF 1 0 250", 250],
    ["XREAD COUNT 1 BLOCK 5000 STREAMS s $", 5000],
    ["XREADGROUP GROUP g c BLOCK 10 STREAMS s >", 10],
    ["BRPOP k 0", Number.POSITIVE_INFINITY],
  ])("reads the command's own timeout from %s", (line, expected) => {
    expect(ask(line)).toBe(expected);
  });

  it.each(["GET k", "XREAD STREAMS block 0", "SUBSCRIBE c", "MONITOR", "NO.SUCH 5"])(
    "does not take %s for blocking",
    (line) => {
      expect(ask(line)).toBeUndefined();
    },
  );

  it("gives a malformed timeout no time, since the server refuses it at once", () => {
    expect(ask("BLPOP k soon")).toBe(0);
    expect(ask("BLPOP")).toBe(0);
  });

  it("reads the arguments from where the caller says", () => {
    expect(blockingTimeoutMs("BLMPOP", ["BLMPOP", Buffer.from("1"), "1", "k"], 1)).toBe(1000);
    expect(blockingTimeoutMs("BZPOPMIN", ["BZPOPMIN", "k", 4], 1)).toBe(4000);
  });
});
