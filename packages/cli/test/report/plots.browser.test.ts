import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drillFixture, failedFixture } from "./fixture.ts";
import { colourCount, coloursAt, pageData, themeColour } from "./pixels.ts";
import { type OpenReport, type ReportBrowser, startReportBrowser } from "./report-page.ts";

let browser: ReportBrowser;
let report: OpenReport;
const kinds = ["rate", "latency"] as const;

/** Where no line and no area of the fixture ever is: above the rate, and below the latency. */
const emptyHeight = { rate: 0.045, latency: 0.97 } as const;

beforeAll(async () => {
  browser = await startReportBrowser();
  report = await browser.open(drillFixture());
});

afterAll(async () => {
  await browser.close();
});

async function plotsOf(open: OpenReport) {
  return (await pageData(open.page)).groups.flatMap((group) => group.plots);
}

/** The ids of a variant's plots: the fixture's columns stand in this order. */
async function plotsOfVariant(name: string) {
  const column = drillFixture().variants.findIndex((variant) => variant.name === name) + 1;
  return (await plotsOf(report)).filter(({ id }) => id.endsWith(`-${column}`));
}

describe("the report in a browser", () => {
  it("complains about nothing and asks for nothing", async () => {
    for (const result of [drillFixture(), failedFixture()]) {
      const open = await browser.open(result);
      await open.page.hover(".canvas .u-over");
      await open.page.waitForTimeout(0);
      expect(open.complaints).toEqual([]);
      expect(open.requests).toEqual([]);
    }
  });

  it("draws two plots for every variant of every fault", async () => {
    const plots = await plotsOf(report);
    expect(plots).toHaveLength(40);
    for (const { id } of plots) {
      for (const kind of kinds) {
        expect(await colourCount(report.page, id, kind), `${id} ${kind}`).toBeGreaterThan(10);
      }
    }
  });

  it("shades the fault's window, from its start to its end, in every plot", async () => {
    for (const { id, fault } of await plotsOf(report)) {
      for (const kind of kinds) {
        const height = emptyHeight[kind];
        const seconds = [fault.from - 0.3, fault.from + 0.3, fault.to - 0.3, fault.to + 0.3];
        const colours = await coloursAt(
          report.page,
          id,
          kind,
          seconds.map((at) => ({ seconds: at, height })),
        );
        expect(colours[1], `${id} ${kind}`).not.toBe(colours[0]);
        expect(colours[2], `${id} ${kind}`).toBe(colours[1]);
        expect(colours[3], `${id} ${kind}`).toBe(colours[0]);
      }
    }
  });

  it("shows the breaker's states as a band, each in its own colour", async () => {
    const lane = -0.07;
    const [open, closed] = await Promise.all([
      themeColour(report.page, "--breaker-open"),
      themeColour(report.page, "--breaker-closed"),
    ]);
    expect(open).not.toBe(closed);
    // Just after its start and just before its end: a name may stand in the middle.
    for (const { id, breaker } of await plotsOfVariant("held")) {
      for (const { from, to, state } of breaker.filter(({ state }) => state !== "half-open")) {
        const colours = await coloursAt(report.page, id, "rate", [
          { seconds: from + 0.12, height: lane },
          { seconds: to - 0.12, height: lane },
        ]);
        const wanted = state === "open" ? open : closed;
        expect(colours, `${id} ${state} from ${from}`).toEqual([wanted, wanted]);
      }
    }
  });

  it("has no band where there is no breaker", async () => {
    for (const { id } of await plotsOfVariant("bare")) {
      const colours = await coloursAt(report.page, id, "rate", [{ seconds: 12, height: -0.07 }]);
      expect(colours).toEqual(["0,0,0,0"]);
    }
  });

  it("gives errors an area of their own", async () => {
    const [bare] = await plotsOfVariant("bare");
    const [held] = await plotsOfVariant("held");
    const middle = [{ seconds: 3.1, height: 0.5 }];
    const failing = await coloursAt(report.page, bare?.id ?? "", "rate", middle);
    const steady = await coloursAt(report.page, held?.id ?? "", "rate", middle);
    expect(failing).not.toEqual(steady);
  });

  it("follows the plots' size", async () => {
    const { page } = await browser.open(drillFixture());
    const width = () =>
      page.evaluate(() => document.querySelector(".canvas canvas")?.getBoundingClientRect().width);
    const before = (await width()) ?? 0;
    await page.setViewportSize({ width: 420, height: 900 });
    await expect.poll(width).toBeGreaterThan(before);
  });
});

describe("reading values", () => {
  it("moves all plots of a fault by the keyboard, and says the time", async () => {
    const { page } = await browser.open(drillFixture());
    const slider = page.getByRole("slider").first();
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    expect(await slider.getAttribute("aria-valuetext")).toBe("+0.25 s from the injection");
    const readouts = page.locator("#fault-1 [data-readout='rate']");
    expect(await readouts.allTextContents()).toEqual(
      Array.from({ length: 5 }, () =>
        expect.stringMatching(/^\+0\.25 s: \d+ answered, \d+ errors$/),
      ),
    );
    expect(await readouts.first().textContent()).toBe("+0.25 s: 0 answered, 200 errors");
    const others = page.locator("#fault-2 [data-readout='rate']");
    expect((await others.allTextContents()).join("")).toBe("");
  });

  it("shows the same moment in all plots of a fault under the pointer, and nothing after", async () => {
    const { page } = await browser.open(drillFixture());
    const plot = page.locator("#fault-1 .u-over").first();
    const readouts = page.locator("#fault-1 [data-readout='latency']");
    await plot.hover();
    await expect
      .poll(async () => (await readouts.allTextContents()).filter(Boolean).length)
      .toBe(5);
    await page.mouse.move(1, 1);
    await expect.poll(async () => (await readouts.allTextContents()).join("")).toBe("");
  });
});
