// Takes the README's picture of a drill's report: the verdict, the answered share per fault, and one
// fault's plots. Usage: node scripts/report-picture.mjs REPORT.html [--fault ID] [--out FILE.png]
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { findBrowser } from "./browser.mjs";
import { root } from "./setup.mjs";

/** A README is loaded by everybody who looks at the project. */
const sizeMaxBytes = 300_000;
const width = 1280;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    fault: { type: "string", default: "freeze" },
    out: { type: "string", default: join(root, "docs", "assets", "report.png") },
  },
});
const [report, ...more] = positionals;
const executablePath = findBrowser();
if (report === undefined || more.length > 0) fail(2, "name one report file");
if (executablePath === undefined) fail(3, "no Chromium found; CHROMIUM_PATH can name one");

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  await takePicture(browser);
} finally {
  await browser.close();
}
const { size } = statSync(values.out);
console.log(`${values.out}: ${Math.ceil(size / 1000)} kB`);
if (size > sizeMaxBytes) fail(1, `larger than ${sizeMaxBytes / 1000} kB`);

async function takePicture(browser) {
  const page = await browser.newPage({
    viewport: { width, height: 800 },
    deviceScaleFactor: 1,
    colorScheme: "light",
  });
  await page.goto(pathToFileURL(resolve(report)).href);
  const found = await page.evaluate(keepOnly, values.fault);
  if (!found) fail(2, `${report} has no fault ${values.fault}`);
  await page.screenshot({ path: values.out, fullPage: true });
}

/** Runs in the page: hides all but the verdict, the table at a glance and one fault's plots. */
function keepOnly(faultId) {
  const faults = [...document.querySelectorAll("section.fault")];
  const kept = faults.find((fault) => fault.querySelector("h3 code")?.textContent === faultId);
  if (kept === undefined) return false;
  const glance = document.querySelector("table.glance")?.closest("section");
  const shown = [
    document.querySelector("header.verdict"),
    glance,
    document.querySelector("#faults"),
  ];
  for (const part of document.querySelectorAll("main > *")) part.hidden = !shown.includes(part);
  for (const part of document.querySelectorAll("#faults > *")) part.hidden = part !== kept;
  for (const extra of kept.querySelectorAll(".slider, .in-words, .multiple:nth-child(n + 5)")) {
    extra.remove();
  }
  return true;
}

function fail(code, message) {
  console.error(`report-picture: ${message}`);
  process.exit(code);
}
