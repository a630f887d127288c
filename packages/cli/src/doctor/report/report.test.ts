import { describe, expect, it } from "vitest";
import { styleFor } from "../../terminal/style.ts";
import { type Diagnosis, diagnose, isAtLeast } from "../diagnosis.ts";
import { ProgressLine } from "../progress.ts";
import type { ServerReport } from "../server/index.ts";
import type { Finding } from "../source.ts";
import { renderHtml } from "./html.ts";
import { renderJson } from "./json.ts";
import { renderText } from "./text.ts";

const plain = styleFor({}, {});
const finding = (severity: Finding["severity"]): Finding => ({
  id: `x.${severity}`,
  severity,
  observed: "o",
  expected: "e",
  fix: "f",
  doc: "d",
});
const server = (more: Partial<ServerReport>): ServerReport => ({
  source: "server",
  signals: [],
  findings: [],
  passed: [],
  skipped: [],
  reached: true,
  outcome: "ready",
  server: { target: "redis://h:6379", steps: [], pings: [0.1, 0.2], sampleMs: 0 },
  ...more,
});
const slow = server({
  signals: [
    {
      id: "server.slowlog",
      count: 3,
      evidence: Array.from({ length: 5 }, (_, index) => ({
        text: `KEYS ${index}`,
        place: `SLOWLOG ${index}`,
      })),
    },
  ],
  findings: [finding("information"), finding("warning"), finding("critical")],
  passed: ["well.one"],
  skipped: [{ id: "skipped.one", reason: "ACL" }],
});
const text = (diagnosis: Diagnosis, verbose = false): string =>
  renderText(diagnosis, { style: plain, verbose, columns: 80 });

describe("text", () => {
  it("tells verdict, evidence with its place, fixes, findings and what was skipped, in that order", () => {
    const page = text(diagnose({ server: slow }, []));
    const order = [
      "[✗] A slow command",
      "Evidence",
      "SLOWLOG 0",
      "What to do",
      "Findings",
      "x.critical",
      "x.warning",
      "Skipped",
      "skipped.one: ACL",
    ];
    const places = order.map((part) => page.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBe(0);
  });

  it("hides what is well and all but the most telling, unless it is asked", () => {
    const brief = text(diagnose({ server: slow }, []));
    for (const part of ["well.one", "x.information", "KEYS 2"]) expect(brief).not.toContain(part);
    const verbose = text(diagnose({ server: slow }, []), true);
    for (const part of ["[✓] well.one", "[i] x.information", "KEYS 2"])
      expect(verbose).toContain(part);
  });

  it("keeps to the terminal's width, and to no colours elsewhere", () => {
    const page = text(diagnose({ server: slow }, []));
    expect(Math.max(...page.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(page).not.toContain("\u001b");
    const coloured = renderText(diagnose({ server: slow }, []), {
      style: styleFor({ isTTY: true }, {}),
      verbose: false,
    });
    expect(coloured).toContain("\u001b[31m");
  });

  it("says when there is no cause", () => {
    expect(text(diagnose({ server: server({}) }, []))).toMatch(/^\[✓\] Nothing/);
  });
});

describe("the level that fails", () => {
  it("is reached by findings and by causes", () => {
    const warned = diagnose({ server: server({ findings: [finding("warning")] }) }, []);
    expect([isAtLeast(warned, "critical"), isAtLeast(warned, "warning")]).toEqual([false, true]);
    const told = diagnose({ server: server({ findings: [finding("information")] }) }, []);
    expect(isAtLeast(told, "warning")).toBe(false);
    expect(isAtLeast(diagnose({ server: { ...slow, findings: [] } }, []), "critical")).toBe(true);
  });

  it("is besides whether all could be looked at", () => {
    expect(diagnose({ server: server({ reached: false }) }, []).incomplete).toBe(true);
    expect(diagnose({ server: server({}) }, [{ id: "log x", reason: "gone" }]).incomplete).toBe(
      true,
    );
    expect(diagnose({ server: server({}) }, []).incomplete).toBe(false);
  });
});

it("writes JSON with what was looked at and no more", () => {
  const data = JSON.parse(renderJson(diagnose({ server: slow }, [])));
  expect(Object.keys(data)).toEqual(["verdict", "causes", "findings", "server", "skipped"]);
  expect(data.verdict.evidence[0].seen[0]).toEqual({ text: "KEYS 0", place: "SLOWLOG 0" });
});

it("escapes whatever stands in the page", () => {
  const evil = server({
    signals: [
      {
        id: "server.slowlog",
        count: 1,
        evidence: [{ text: "<img src=x onerror=1>", place: "\"'>" }],
      },
    ],
  });
  const page = renderHtml(diagnose({ server: evil }, []));
  expect(page).toContain("&lt;img");
  expect(page).not.toContain("<img");
});

it("draws progress on a terminal only", () => {
  const written: string[] = [];
  const output = (isTTY: boolean): ConstructorParameters<typeof ProgressLine>[0] => ({
    isTTY,
    columns: 20,
    write: (part) => written.push(part),
  });
  const quiet = new ProgressLine(output(false));
  quiet.show({ step: "reading" });
  quiet.clear();
  expect(written).toEqual([]);
  const line = new ProgressLine(output(true));
  line.show({ step: "reading a file with a long name", share: 0.5 });
  line.show({ step: "too soon" });
  line.clear();
  expect(written.length).toBe(2);
  expect(written[0]?.length).toBeLessThan(30);
});
