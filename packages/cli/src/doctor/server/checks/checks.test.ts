import { describe, expect, it } from "vitest";
import { deploymentCases } from "../../../../test/doctor-server/cases-deployment.ts";
import { serverCases } from "../../../../test/doctor-server/cases-server.ts";
import { type Case, info, pings } from "../../../../test/doctor-server/changes.ts";
import { healthy } from "../../../../test/doctor-server/recorded.ts";
import { ourJudgement } from "./check.ts";
import { allChecks, checks } from "./index.ts";
import { requireLimits, runChecks } from "./run.ts";

const only = (id: string) => allChecks.filter((check) => check.id === id);

const cases: readonly Case[] = [...serverCases, ...deploymentCases];

describe.each(cases.map(([id, well, ...found]) => ({ id, well, found })))(
  "$id",
  ({ id, well, found }) => {
    it("passes at its threshold", () => {
      expect(runChecks(only(id), well(healthy))).toMatchObject({ passed: [id], findings: [] });
    });

    it.each(found)("finds what is beyond it: %s", (severity, change) => {
      const { findings } = runChecks(only(id), change(healthy));
      expect(findings).toMatchObject([{ id, severity }]);
    });
  },
);

it("has a case for every check but the one that a server cannot answer", () => {
  const tested = new Set([...cases.map(([id]) => id), "key.hot"]);
  expect(checks.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([]);
});

it("names every check once, with a fix, a place to read on and a source", () => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const check of checks) {
    expect(check.id).toMatch(/^[a-z0-9]+(\.[a-z0-9]+)?$/);
    expect(check.doc).toMatch(/^https:\/\//);
    for (const text of [check.reads, check.threshold, check.fix, check.from]) {
      expect(text, check.id).not.toBe("");
    }
  }
});

it("says in the finding that a threshold is our judgement", () => {
  const { findings } = runChecks(only("lat.ping"), pings([1, 1, 1, 20])(healthy));
  expect(findings[0]?.expected).toContain(ourJudgement);
  const other = runChecks(only("mem.nomax"), info({ maxmemory: "0" })(healthy));
  expect(other.findings[0]?.expected).not.toContain(ourJudgement);
});

it("never finds worse than a check declares", () => {
  const order = ["information", "warning", "critical"];
  for (const [id, , ...found] of cases) {
    const declared = order.indexOf(only(id)[0]?.severity ?? "");
    for (const [severity] of found)
      expect(order.indexOf(severity), id).toBeLessThanOrEqual(declared);
  }
});

it("takes limits in place of its own, and refuses those that nobody has", () => {
  const facts = info({ used_memory: "500", maxmemory: "1000" })(healthy);
  expect(runChecks(only("mem.usage"), facts, { "mem.usage.critical": 40 }).findings).toMatchObject([
    { severity: "critical", expected: expect.stringContaining("40 %") },
  ]);
  expect(() => requireLimits(allChecks, { "mem.usage.warning": 1 })).not.toThrow();
  expect(() => requireLimits(allChecks, { "mem.usage.warn": 1 })).toThrow(/mem\.usage\.warning/);
  expect(() => requireLimits(allChecks, { "mem.usage.warning": Number.NaN })).toThrow(/number/);
});

it("skips with the server's reason what could not be learnt", () => {
  const { samples: _, ...without } = healthy;
  const results = runChecks(allChecks, { ...without, missing: { samples: "INFO: NOPERM" } });
  expect(results.skipped).toContainEqual({ id: "mem.usage", reason: "INFO: NOPERM" });
  expect(results.findings.map(({ id }) => id)).not.toContain("mem.usage");
});

it("finds nothing critical on facts recorded from a healthy server", () => {
  const { findings } = runChecks(allChecks, healthy);
  expect(findings.filter(({ severity }) => severity === "critical")).toEqual([]);
});
