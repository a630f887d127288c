import { expect, it } from "vitest";
import { breakerHistory } from "../run/breaker-history.ts";
import { BreakerLog } from "./breaker-log.ts";
import { OutputTail } from "./tail.ts";

it("takes a breaker's states and nothing else that a variant sends", () => {
  const log = new BreakerLog();
  for (const noise of [
    null,
    "open",
    7,
    { type: "ready" },
    { type: "breaker", state: "ajar", at: 1 },
  ]) {
    log.accept(noise);
  }
  log.accept({ type: "breaker", state: "open", at: Number.NaN });
  expect(log.reports).toBe(false);
  log.accept({ type: "breaker", state: "open", at: 5, more: "ignored" });
  expect(log.entries).toEqual([{ at: 5, state: "open" }]);
  log.accept({ type: "breaker", state: "closed", at: 6 });
  log.forget();
  expect(log.entries).toEqual([{ at: 6, state: "closed" }]);
  expect(log.reports).toBe(true);
});

it("takes the breaker of a new process for closed", () => {
  const log = new BreakerLog();
  log.processStarted();
  expect(log.entries).toEqual([]);
  log.accept({ type: "breaker", state: "open", at: 5 });
  log.processStarted();
  expect(log.entries.map(({ state }) => state)).toEqual(["open", "closed"]);
});

it("keeps at most 10,000 entries", () => {
  const log = new BreakerLog();
  for (let at = 0; at < 10_100; at++) log.accept({ type: "breaker", state: "open", at });
  log.processStarted();
  expect(log.entries).toHaveLength(10_000);
});

it("puts a breaker's history on the schedule's scale, from the warm-up to the end", () => {
  const entries = [
    { at: 900, state: "open" },
    { at: 950, state: "closed" },
    { at: 1_100, state: "closed" },
    { at: 1_200, state: "open" },
    { at: 1_501, state: "closed" },
  ];
  expect(breakerHistory(entries, (epochMs) => epochMs - 1_000, 500)).toEqual([
    { atMs: 0, state: "closed" },
    { atMs: 200, state: "open" },
  ]);
});

it("keeps the end of what a process wrote and picks the line that says why", () => {
  const tail = new OutputTail(100);
  tail.push("x".repeat(500));
  tail.push("\nError: Cannot find module 'express'\n    at load (node:internal)\n\n");
  expect(tail.reason).toBe("Error: Cannot find module 'express'");
  const plain = new OutputTail();
  plain.push("first\nlast words\n");
  expect(plain.reason).toBe("last words");
  expect(new OutputTail().reason).toBe("");
});
