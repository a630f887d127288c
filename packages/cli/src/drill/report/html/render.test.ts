import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  drillFixture,
  emptyFixture,
  failedFixture,
  withFault,
} from "../../../../test/report/fixture.ts";
import type { DrillResult } from "../../result.ts";
import { renderHtml } from "./index.ts";

const sizeMax = 1_500_000;

const occurrences = (page: string, part: string | RegExp) => page.split(part).length - 1;
const plain = (page: string) => page.replaceAll("\u00a0", " ");

/** The page without its scripts and styles, which hold the words of the code. */
const content = (page: string) => plain(page).replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, "");

/** A result in which every text is an attack. */
function hostile(attack: string): DrillResult {
  const result = failedFixture();
  return {
    ...result,
    summary: attack,
    replay: attack,
    client: attack,
    environment: {
      ...result.environment,
      node: attack,
      redis: attack,
      platform: attack,
      startedAt: attack,
    },
    variants: result.variants.map((variant) => ({
      ...variant,
      name: attack,
      description: attack,
      footnoteOf: variant.footnoteOf === null ? null : attack,
      faults: variant.faults.map((fault) => ({
        ...fault,
        id: `${attack}${fault.id}`,
        title: attack,
        standsFor: attack,
        observed: attack,
        reason: attack,
        breaches: [attack],
        timeline: { ...fault.timeline, breaker: [{ atMs: 0, state: attack }] },
      })),
    })),
  };
}

describe("renderHtml", () => {
  it("says passed or failed, in a word, in the title and in the drill's own sentence", () => {
    const passed = content(renderHtml(drillFixture()));
    expect(passed).toContain("<title>Redis outage drill: passed</title>");
    expect(passed).toContain("Held answered every request in all 8 faults");
    const failed = content(renderHtml(failedFixture()));
    expect(failed).toContain("<title>Redis outage drill: failed</title>");
  });

  it("has a row for every fault of every variant, footnotes below", () => {
    const page = content(renderHtml(drillFixture()));
    expect(occurrences(page, '<th scope="row" class="name">')).toBe(40);
    expect(page).toContain("Footnote to classic, ");
    expect(page.indexOf("Footnote to classic, ")).toBeGreaterThan(
      page.lastIndexOf('scope="rowgroup" rowspan'),
    );
  });

  it("tells missed bars, invalid rows and skipped rows in words", () => {
    const page = content(renderHtml(failedFixture()));
    expect(page).toContain("detected after 480 ms, the bar is 300 ms");
    expect(page).toContain("the load generator lagged: p99 of its lag was 23 ms, 10 ms is allowed");
    expect(page).toContain("the drill did not start this Redis, so it does not empty it");
  });

  it("does not hold against a variant what an invalid row shows", () => {
    const invalid = withFault(failedFixture(), "held", "freeze", {
      status: "invalid",
      reason: "the fault was not seen",
    });
    const page = content(renderHtml(invalid));
    expect(page).toContain("the fault was not seen");
    expect(page).not.toContain("detected after 480 ms");
  });

  it("shows no number of a skipped row and none of a window without requests", () => {
    const page = content(renderHtml(failedFixture()));
    const skipped = page.slice(page.indexOf('<tr class="skipped">'));
    expect(skipped.slice(0, skipped.indexOf("</tr>"))).not.toContain('class="number"');
    const silent = withFault(drillFixture(), "held", "crash", { requests: 0, availability: 0 });
    const row = content(renderHtml(silent)).match(/<tr class="ok judged">.*?<\/tr>/)?.[0];
    expect(row).toContain(">–</strong>");
    expect(row).not.toContain("100 %");
  });

  it("tells a missing breaker from one that stayed closed, and a recovery that was not seen", () => {
    const page = content(renderHtml(drillFixture()));
    expect(page).toContain("no breaker");
    expect(page).toContain("not opened");
    expect(page).toContain("&gt; 7.00 s");
  });

  it("has a column only for the invariants that were counted", () => {
    const page = content(renderHtml(drillFixture()));
    expect(page).toContain(">Crossed</th>");
    expect(page).not.toContain(">Stale</th>");
  });

  it("is a whole page when no fault was run", () => {
    const page = renderHtml(emptyFixture());
    expect(content(page)).toContain("No fault was run");
    expect(content(page)).toContain("<h1>The drill failed.</h1>");
    expect(page).toMatch(/<\/html>\s*$/);
  });

  it.each([
    "</script><script>alert(1)</script>",
    `"><img src=x onerror=alert(1)>`,
    "<!--",
    "\u2028\u2029",
  ])("lets no text of a result become markup or code: %j", (attack) => {
    const safe = renderHtml(hostile("harmless"));
    const page = renderHtml(hostile(attack));
    for (const part of ["<script", "</script", "<img", "<!--"]) {
      expect(occurrences(page, part)).toBe(occurrences(safe, part));
    }
    const data = page.match(/id="page-data">(.*?)<\/script>/s)?.[1] ?? "";
    expect(JSON.parse(data)).toHaveProperty("groups");
    expect(data).not.toMatch(/[\u2028\u2029]/);
  });

  it("allows the page's own scripts and style by hash, and nothing else", () => {
    const page = renderHtml(drillFixture());
    const policy = page.match(/Content-Security-Policy" content="([^"]*)"/)?.[1] ?? "";
    expect(policy).toContain("default-src &#39;none&#39;");
    expect(policy).not.toContain("unsafe");
    const sources = [...page.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g)].map(
      (match) => match[2],
    );
    expect(sources).toHaveLength(3);
    for (const source of sources) {
      const hash = createHash("sha256")
        .update(source ?? "")
        .digest("base64");
      expect(policy).toContain(`sha256-${hash}`);
    }
  });

  it("names no other site and loads no other file", () => {
    const page = content(renderHtml(drillFixture()));
    const targets = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1] ?? "");
    expect(targets.filter((target) => !/^(#|data:)/.test(target))).toEqual([]);
  });

  it("links to nothing that is not there, and names every id once", () => {
    const page = content(renderHtml(failedFixture()));
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...page.matchAll(/(?:href="#|aria-labelledby="|for=")([^"]*)"/g)];
    for (const [, target] of links) expect(ids).toContain(target);
  });

  it("stays small with 8 faults, 5 variants and fine buckets", () => {
    const result = drillFixture();
    const fine: DrillResult = {
      ...result,
      variants: result.variants.map((variant) => ({
        ...variant,
        faults: variant.faults.map((fault) => ({
          ...fault,
          timeline: {
            ...fault.timeline,
            bucketMs: 100,
            buckets: Array.from({ length: 170 }, (_, at) => ({
              succeeded: 20,
              failed: 0,
              p50Ms: at * 1.234_567,
              p99Ms: at * 5.432_1,
            })),
          },
        })),
      })),
    };
    expect(Buffer.byteLength(renderHtml(fine))).toBeLessThan(sizeMax);
  });
});
