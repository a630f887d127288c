import { describe, expect, it } from "vitest";
import { drillFixture } from "../../../../test/report/fixture.ts";
import type { FaultResult } from "../../result.ts";
import { inWords } from "./in-words.ts";

function faultOf(variantName: string, faultId: string): FaultResult {
  const variant = drillFixture().variants.find(({ name }) => name === variantName);
  const fault = variant?.faults.find(({ id }) => id === faultId);
  if (fault === undefined) throw new Error(`no ${faultId} of ${variantName} in the fixture`);
  return fault;
}

const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("inWords", () => {
  it("tells the three phases apart", () => {
    const text = plain(inWords(faultOf("bare", "crash")));
    expect(text).toContain("Before the fault 800 of 800 requests were answered");
    expect(text).toContain("In the fault (6.00 s) 0 of 1,200 requests were answered");
    expect(text).toMatch(/After it 1,300 of 1,400 requests were answered, p99 at most 1\.00 s\./);
  });

  it("names the breaker's changes with their time from the injection", () => {
    const text = plain(inWords(faultOf("held", "freeze")));
    expect(text).toContain("Breaker, from the injection: closed at −4.00 s, open at +0.20 s");
  });

  it("stops listing a breaker that flaps", () => {
    const fault = faultOf("held", "freeze");
    const breaker = Array.from({ length: 50 }, (_, at) => ({ atMs: at * 10, state: "open" }));
    const text = inWords({ ...fault, timeline: { ...fault.timeline, breaker } });
    expect(text.match(/open at/g)).toHaveLength(8);
    expect(text).toContain("and 42 more changes.");
  });

  it("says so where there were no requests", () => {
    const fault = faultOf("bare", "crash");
    const text = inWords({ ...fault, timeline: { ...fault.timeline, buckets: [], breaker: [] } });
    expect(text).toContain("Before the fault there were no requests.");
    expect(text).not.toContain("Breaker");
  });
});
