import type { Page } from "playwright-core";
import type { PageData } from "../../src/drill/report/html/page-data.ts";

export type Kind = "rate" | "latency";

/** A point of a plot: seconds on the time axis, and a height from 0 at the top to 1. */
export interface Point {
  readonly seconds: number;
  /** Above 0 is inside the plot; the breaker's lane lies above it, below 0. */
  readonly height: number;
}

export async function pageData(page: Page): Promise<PageData> {
  return JSON.parse((await page.textContent("#page-data")) ?? "") as PageData;
}

/** The colours of a plot's canvas at the points given, as `r,g,b,a`. */
export async function coloursAt(
  page: Page,
  plotId: string,
  kind: Kind,
  points: readonly Point[],
): Promise<readonly string[]> {
  const { groups } = await pageData(page);
  const group = groups.find(({ plots }) => plots.some(({ id }) => id === plotId));
  if (group === undefined) throw new Error(`no plot ${plotId}`);
  const across = points.map(({ seconds, height }) => ({
    x: (seconds - group.from) / (group.to - group.from),
    y: height,
  }));
  return page.evaluate(
    ({ selector, at }) => {
      const holder = document.querySelector(selector);
      const canvas = holder?.querySelector("canvas");
      const area = holder?.querySelector(".u-over")?.getBoundingClientRect();
      const context = canvas?.getContext("2d");
      if (!canvas || !area || !context) throw new Error(`nothing is drawn in ${selector}`);
      const frame = canvas.getBoundingClientRect();
      const ratio = canvas.width / frame.width;
      return at.map(({ x, y }) => {
        const left = (area.left - frame.left + x * area.width) * ratio;
        const top = (area.top - frame.top + y * area.height) * ratio;
        return [...context.getImageData(left, top, 1, 1).data].join();
      });
    },
    { selector: `#${plotId} [data-plot="${kind}"]`, at: across },
  );
}

/** How many colours a plot's canvas holds; a blank one holds one. */
export async function colourCount(page: Page, plotId: string, kind: Kind): Promise<number> {
  return page.evaluate((selector) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`${selector} canvas`);
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return 0;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set<number>();
    const pixels = new DataView(data.buffer);
    for (let at = 0; at < data.byteLength; at += 4) colours.add(pixels.getUint32(at));
    return colours.size;
  }, `#${plotId} [data-plot="${kind}"]`);
}

/** A colour of the style sheet as a canvas has it. */
export async function themeColour(page: Page, property: string): Promise<string> {
  return page.evaluate((name) => {
    const context = document.createElement("canvas").getContext("2d");
    if (!context) throw new Error("no canvas");
    context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name);
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].join();
  }, property);
}
