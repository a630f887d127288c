import { expect, it } from "vitest";
import { LogTail } from "./log-tail.ts";

it("joins lines that come in parts and shows the unfinished one", () => {
  const log = new LogTail();
  log.push("one\ntw");
  log.push("o\n\nthr");
  expect(log.lines).toEqual(["one", "two", "thr"]);
});

it("keeps the newest lines only, and none without an end", () => {
  const log = new LogTail();
  for (let index = 0; index < 1_000; index++) log.push(`line ${index}\n`);
  expect(log.lines).toHaveLength(200);
  expect(log.lines.at(-1)).toBe("line 999");
  log.push("x".repeat(100_000));
  log.push("x".repeat(100_000));
  expect(log.lines.at(-1)?.length).toBe(2_000);
});
