import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { renderHtml } from "../../src/drill/report/html/index.ts";
import type { DrillResult } from "../../src/drill/result.ts";

/** A report as a person opens it: a file on disk, in a real browser. */
export interface OpenReport {
  readonly page: Page;
  /** What the console and uncaught errors said. */
  readonly complaints: readonly string[];
  /** Every address that was asked for beside the file itself. */
  readonly requests: readonly string[];
}

export interface ReportBrowser {
  open(result: DrillResult, options?: BrowserContextOptions): Promise<OpenReport>;
  close(): Promise<void>;
}

export async function startReportBrowser(): Promise<ReportBrowser> {
  const browser = await chromium.launch({
    executablePath: await browserPath(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const folder = await mkdtemp(join(tmpdir(), "holdfast-report-"));
  let opened = 0;
  return {
    async open(result, options = {}) {
      opened += 1;
      const file = join(folder, `report-${opened}.html`);
      await writeFile(file, renderHtml(result));
      return openFile(browser, pathToFileURL(file).href, options);
    },
    async close() {
      await browser.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function openFile(
  browser: Browser,
  address: string,
  options: BrowserContextOptions,
): Promise<OpenReport> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  page.on("request", (request) => {
    if (request.url() !== address) requests.push(request.url());
  });
  await page.goto(address, { waitUntil: "load" });
  return { page, complaints, requests };
}

async function browserPath(): Promise<string> {
  const finder = new URL("../../../../scripts/browser.mjs", import.meta.url).href;
  const { findBrowser } = (await import(finder)) as { findBrowser(): string | undefined };
  const path = findBrowser();
  if (path === undefined) throw new Error("no Chromium found; CHROMIUM_PATH can name one");
  return path;
}
