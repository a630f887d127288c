import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drillFixture, emptyFixture, failedFixture, withFault } from "./fixture.ts";
import { coloursAt, themeColour } from "./pixels.ts";
import { type ReportBrowser, startReportBrowser } from "./report-page.ts";

let browser: ReportBrowser;

beforeAll(async () => {
  browser = await startReportBrowser();
});

afterAll(async () => {
  await browser.close();
});

const breakerLane = [{ seconds: -3.85, height: -0.07 }];

describe("the report for every reader", () => {
  it.each([320, 380, 768, 1280, 3840])("never scrolls sideways at %d pixels", async (width) => {
    const { page } = await browser.open(failedFixture(), { viewport: { width, height: 900 } });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
  });

  it("scrolls a wide table in its own frame, which the keyboard reaches", async () => {
    const { page } = await browser.open(failedFixture(), { viewport: { width: 380, height: 900 } });
    const frame = page.getByRole("group", { name: "Every number" });
    expect(await frame.evaluate((each) => each.scrollWidth > each.clientWidth)).toBe(true);
    await frame.focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => frame.evaluate((each) => each.scrollLeft)).toBeGreaterThan(0);
  });

  it("follows the reader's dark theme, at once and with the plots", async () => {
    const { page } = await browser.open(drillFixture(), { colorScheme: "light" });
    const paper = await themeColour(page, "--paper");
    const closed = await coloursAt(page, "plot-1-3", "rate", breakerLane);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await themeColour(page, "--paper")).not.toBe(paper);
    await expect.poll(() => coloursAt(page, "plot-1-3", "rate", breakerLane)).not.toEqual(closed);
    expect(await coloursAt(page, "plot-1-3", "rate", breakerLane)).toEqual([
      await themeColour(page, "--breaker-closed"),
    ]);
  });

  it("draws the plots in light colours for paper, also for a reader of the dark", async () => {
    const light = await browser.open(drillFixture(), { colorScheme: "light" });
    const onPaper = await coloursAt(light.page, "plot-1-3", "rate", breakerLane);
    const { page } = await browser.open(drillFixture(), { colorScheme: "dark" });
    const onScreen = await coloursAt(page, "plot-1-3", "rate", breakerLane);
    expect(onScreen).not.toEqual(onPaper);
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await expect.poll(() => coloursAt(page, "plot-1-3", "rate", breakerLane)).toEqual(onPaper);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await expect.poll(() => coloursAt(page, "plot-1-3", "rate", breakerLane)).toEqual(onScreen);
  });

  it("shows every number and every plot's words without JavaScript", async () => {
    const { page, complaints } = await browser.open(drillFixture(), { javaScriptEnabled: false });
    const table = page.getByRole("table", { name: /Measured in the fault/ });
    expect(await table.getByRole("row").count()).toBe(42);
    expect(await table.getByRole("rowheader", { name: "held", exact: true }).count()).toBe(8);
    expect(await page.getByText("The plots need JavaScript.").isVisible()).toBe(true);
    expect(await page.getByText("In words").count()).toBe(40);
    expect(await page.locator(".canvas").first().isVisible()).toBe(false);
    expect(await page.getByRole("slider").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("names every plot, and has one main heading and no gap between levels", async () => {
    const { page } = await browser.open(drillFixture());
    const images = page.getByRole("img");
    expect(await images.count()).toBe(80);
    expect(await images.first().getAttribute("aria-label")).toContain("of bare under");
    const levels = await page
      .locator("h1, h2, h3, h4")
      .evaluateAll((headings) => headings.map((heading) => Number(heading.tagName.slice(1))));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, at) => {
      expect(level - (levels[at - 1] ?? 0)).toBeLessThanOrEqual(1);
    });
  });

  it.each(["light", "dark"] as const)("has legible text in the %s theme", async (colorScheme) => {
    const { page } = await browser.open(drillFixture(), { colorScheme });
    const texts = ["--ink", "--soft", "--accent", "--succeeded", "--failed-text"];
    for (const ground of ["--paper", "--card"]) {
      for (const text of texts) {
        const ratio = contrast(await themeColour(page, text), await themeColour(page, ground));
        expect(ratio, `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    for (const tint of ["--tint-some", "--tint-few", "--tint-none"]) {
      const ratio = contrast(await themeColour(page, "--ink"), await themeColour(page, tint));
      expect(ratio, `--ink on ${tint}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("opens without a fault, and with one that measured nothing", async () => {
    const silent = withFault(drillFixture(), "held", "crash", {
      timeline: {
        durationMs: 0,
        fault: { fromMs: 0, toMs: 0 },
        bucketMs: 250,
        buckets: [],
        breaker: [],
      },
    });
    for (const result of [emptyFixture(), silent]) {
      const { complaints } = await browser.open(result);
      expect(complaints).toEqual([]);
    }
  });

  it("runs nothing that a result says", async () => {
    const attack = `</script><script>alert(1)</script><img src="x" onerror="alert(2)">`;
    const result = withFault({ ...drillFixture(), summary: attack }, "held", "crash", {
      title: attack,
      breaches: [attack],
    });
    const { page, complaints, requests } = await browser.open(result);
    expect(await page.textContent("h1")).toBe(attack);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });
});

/** The contrast ratio of WCAG 2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = colour.split(",").map((part) => {
    const channel = Number(part) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
