import { createHash } from "node:crypto";
import type { DrillResult } from "../../result.ts";
import { groupByFault } from "./groups.ts";
import { embeddedJson, html, type Markup, trusted } from "./markup.ts";
import { pageScript, pageStyle } from "./page-assets.generated.ts";
import { toPageData } from "./plot-data.ts";
import { faultSection } from "./sections/fault.ts";
import { findings } from "./sections/findings.ts";
import { glance } from "./sections/glance.ts";
import { numbers } from "./sections/numbers.ts";
import { setting } from "./sections/setting.ts";
import { verdict } from "./sections/verdict.ts";
import { uplotScript, uplotStyle } from "./uplot.ts";

/**
 * The drill's report as one HTML file that needs nothing else: no network, no server, and for
 * everything but the plots no JavaScript.
 *
 * The page's policy allows its own two scripts and its own style sheet by their hashes and nothing
 * besides, so that what a variants file or a server's answer smuggled into a result cannot run.
 */
export function renderHtml(result: DrillResult): string {
  const style = `${uplotStyle()}\n${pageStyle}`;
  const scripts = [uplotScript(), pageScript];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${securityPolicy(style, scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Redis outage drill: ${result.passed ? "passed" : "failed"}</title>
<link rel="icon" href="${icon}">
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#faults">Skip to the plots</a>
<main>
${verdict(result)}
${body(result)}
${setting(result)}
</main>
<script type="application/json" id="page-data">${embeddedJson(toPageData(result))}</script>
${scripts.map((script) => html`<script>${trusted(script)}</script>\n`)}</body>
</html>
`;
  return page.text;
}

function body(result: DrillResult): Markup {
  const groups = groupByFault(result);
  if (groups.length === 0)
    return html`<p id="faults">No fault was run, so there is nothing to compare.</p>`;
  return html`${glance(result)}
${findings(result)}
${numbers(result)}
<section id="faults" aria-labelledby="faults-title">
<h2 id="faults-title">Fault by fault</h2>
<p class="no-script">The plots need JavaScript. Every number is in the table above, and each plot has its words below.</p>
${groups.map(faultSection)}
</section>`;
}

function securityPolicy(style: string, scripts: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(sourceHash).join(" ")}`,
    `style-src ${sourceHash(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function sourceHash(source: string): string {
  return `'sha256-${createHash("sha256").update(source).digest("base64")}'`;
}

/** In the page, since a browser asks the server for one that is not. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M0 11h4l2-7 3 10 2-5h5' fill='none' stroke='%230b7480' stroke-width='2'/%3E%3C/svg%3E";
