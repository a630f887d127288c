import type { DrillResult, FaultResult, VariantResult } from "../result.ts";

/**
 * The judged variants as JUnit XML, a suite each and a case for each fault. The others are there to
 * be compared with: whether they fail says nothing about the build.
 */
export function renderJunit(result: DrillResult): string {
  const suites = result.variants.filter(({ judged }) => judged).map(suiteOf);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="holdfast drill">\n${suites.join("")}</testsuites>\n`;
}

function suiteOf({ faults, name }: VariantResult): string {
  const count = (test: (fault: FaultResult) => boolean): number => faults.filter(test).length;
  const attributes = [
    `name="${escaped(name)}"`,
    `tests="${faults.length}"`,
    `failures="${count(({ breaches, status }) => status === "ok" && breaches.length > 0)}"`,
    `errors="${count(({ status }) => status === "invalid")}"`,
    `skipped="${count(({ status }) => status === "skipped")}"`,
  ];
  const cases = faults.map((fault) => caseOf(name, fault)).join("");
  return `  <testsuite ${attributes.join(" ")}>\n${cases}  </testsuite>\n`;
}

function caseOf(variant: string, fault: FaultResult): string {
  const seconds = (fault.timeline.durationMs / 1_000).toFixed(3);
  const open = `    <testcase classname="${escaped(variant)}" name="${escaped(fault.id)}" time="${seconds}">`;
  return `${open}${verdictOf(fault)}</testcase>\n`;
}

function verdictOf({ breaches, reason, status }: FaultResult): string {
  if (status === "skipped") return `<skipped message="${escaped(reason ?? "")}"/>`;
  if (status === "invalid") return `<error message="${escaped(reason ?? "")}"/>`;
  return breaches.map((breach) => `<failure message="${escaped(breach)}"/>`).join("");
}

/** XML 1.0 has no place for control characters, escaped or not. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, "?");
}
