import { describe, expect, it } from "vitest";
import { styleFor } from "../../terminal/style.ts";
import { isPassed } from "../drill.ts";
import type { DrillResult, FaultResult, VariantResult } from "../result.ts";
import { durationText, percentText } from "./format.ts";
import { renderJunit } from "./junit.ts";
import { summarize } from "./summary.ts";
import { renderTable } from "./table.ts";

const plain = styleFor({}, {});

function row(changes: Partial<FaultResult> = {}): FaultResult {
  return {
    id: "crash",
    title: "Redis dies",
    standsFor: "an OOM kill",
    observed: "ECONNREFUSED",
    status: "ok",
    reason: null,
    baseline: { p50Ms: 2, p99Ms: 20 },
    requests: 1_000,
    availability: 1,
    p50Ms: 1.25,
    p99Ms: 24,
    p999Ms: 30,
    detectMs: 12,
    recoverMs: 0,
    primary: { limit: 72, peak: 9, refused: 0 },
    invariants: { lost: null, duplicated: null, crossed: 0, stale: null },
    breaches: [],
    timeline: {
      durationMs: 5_000,
      fault: { fromMs: 1_000, toMs: 2_000 },
      bucketMs: 100,
      buckets: [],
      breaker: [],
    },
    ...changes,
  };
}

function variant(name: string, faults: FaultResult[], changes: Partial<VariantResult> = {}) {
  return { name, description: null, footnoteOf: null, judged: false, faults, ...changes };
}

const failing = row({ availability: 0.414, p50Ms: 1_000, p99Ms: 1_000, detectMs: null });
const held = variant("held", [row(), row({ id: "freeze", p99Ms: 41 })], { judged: true });
const bare = variant("bare", [failing, row({ id: "freeze", availability: 0.2 })]);

function result(variants: VariantResult[]): DrillResult {
  return {
    seed: 1,
    environment: {
      node: "20.20.2",
      redis: "7.0.15",
      platform: "linux x64",
      cpus: 2,
      rate: 200,
      quick: true,
      startedAt: "2026-01-01T00:00:00.000Z",
      durationMs: 1,
      proxyOverhead: null,
    },
    client: "node-redis",
    variants,
    passed: isPassed(variants),
    summary: summarize(variants),
    replay: "holdfast drill",
  };
}

describe("the table", () => {
  it("has a row for each fault and variant, and footnotes below", () => {
    const footnote = variant("classic-5s", [failing], {
      footnoteOf: "classic",
      description: "half-open after 5 s",
    });
    const shown = renderTable(result([variant("bare", [failing]), footnote]), plain);
    expect(shown.split("\n").map((line) => line.replace(/ {2,}/g, "  "))).toEqual([
      "fault  variant  answered  p50  p99  detect  recover  primary  refused",
      "crash  bare  41.4 %  1.0 s  1.0 s  –  0.0 ms  9/72  0",
      "",
      "Footnote to classic: classic-5s: half-open after 5 s",
      "crash  classic-5s  41.4 %  1.0 s  1.0 s  –  0.0 ms  9/72  0",
    ]);
  });

  it("says below why a row is invalid or skipped and which bars were missed", () => {
    const faults = [
      row({ status: "invalid", reason: "the fault was not seen" }),
      row({ id: "freeze", status: "skipped", reason: "not here" }),
      row({ id: "flap", breaches: ["the primary refused 3 requests"] }),
    ];
    const shown = renderTable(result([variant("held", faults), variant("bare", faults)]), plain);
    expect(shown.split("\n\n")[1]?.split("\n")).toEqual([
      "crash, held invalid: the fault was not seen",
      "freeze skipped: not here",
      "flap, held: the primary refused 3 requests",
      "crash, bare invalid: the fault was not seen",
      "flap, bare: the primary refused 3 requests",
    ]);
  });

  it("says that no primary is watched, and that a process ended", () => {
    const primary = { limit: 0, peak: 0, refused: 0 };
    const shown = renderTable(result([variant("bare", [row({ primary, restarts: 2 })])]), plain);
    expect(shown).toMatch(/0\.0 ms {2,}– {2,}–\n\ncrash, bare: the process ended by itself, 2 in/);
  });
});

describe("percentages", () => {
  it("never round a failure away, nor a success", () => {
    expect([1, 0.99999, 0.9994, 0.5, 0.0001, 0].map(percentText)).toEqual([
      "100.0 %",
      "99.99 %",
      "99.9 %",
      "50.0 %",
      "0.01 %",
      "0.0 %",
    ]);
  });

  it("stand beside durations that read well", () => {
    expect([null, 0, 9.94, 10, 999, 1_000, 2_460].map(durationText)).toEqual([
      "–",
      "0.0 ms",
      "9.9 ms",
      "10 ms",
      "999 ms",
      "1.0 s",
      "2.5 s",
    ]);
  });
});

describe("the summary", () => {
  it("sets the judged variant against the others", () => {
    expect(summarize([bare, held])).toBe(
      "held answered all 2000 requests in 2 faults, with a p99 of at most 41 ms (freeze); " +
        "bare failed users in 2 of 2, at worst 20.0 % answered (freeze).",
    );
  });

  it("counts what the judged variant left unanswered", () => {
    const most = variant("held", [row({ availability: 0.999 })], { judged: true });
    expect(summarize([most])).toMatch(/^held answered 999 of 1000 requests \(99\.9 %\) in 1 fault/);
  });

  it("hides no fault that could not be judged", () => {
    const unsure = variant("held", [row({ status: "invalid" })], { judged: true });
    expect(summarize([unsure])).toBe(
      "held was not drilled in any fault, 1 fault could not be judged.",
    );
    expect(summarize([])).toBe("Nothing was drilled.");
  });
});

describe("the verdict", () => {
  const judged = (...faults: FaultResult[]) => [variant("held", faults, { judged: true })];

  it("judges the judged alone", () => {
    expect(isPassed([held, variant("bare", [row({ breaches: ["all failed"] })])])).toBe(true);
    expect(isPassed(judged(row(), row({ breaches: ["one failed"] })))).toBe(false);
    expect(isPassed(judged(row(), row({ status: "invalid" })))).toBe(false);
  });

  it("is not passed when nothing was drilled", () => {
    expect(isPassed([])).toBe(false);
    expect(isPassed(judged(row({ status: "skipped" })))).toBe(false);
    expect(isPassed(judged(row({ status: "skipped" }), row()))).toBe(true);
  });
});

it("writes the judged variants as JUnit and escapes what XML cannot take", () => {
  const faults = [
    row(),
    row({ id: "freeze", breaches: ['p99 > 60 & "slow" \u0000'] }),
    row({ id: "flap", status: "invalid", reason: "<lag>" }),
    row({ id: "latency", status: "skipped", reason: "no" }),
  ];
  expect(renderJunit(result([bare, variant("held", faults, { judged: true })]))).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="holdfast drill">
  <testsuite name="held" tests="4" failures="1" errors="1" skipped="1">
    <testcase classname="held" name="crash" time="5.000"></testcase>
    <testcase classname="held" name="freeze" time="5.000"><failure message="p99 &gt; 60 &amp; &quot;slow&quot; ?"/></testcase>
    <testcase classname="held" name="flap" time="5.000"><error message="&lt;lag&gt;"/></testcase>
    <testcase classname="held" name="latency" time="5.000"><skipped message="no"/></testcase>
  </testsuite>
</testsuites>
`,
  );
});
